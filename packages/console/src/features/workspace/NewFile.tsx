/** Creates an empty file under a name; a path with slashes creates its folders too. An existing file is never replaced. */
import type { BotId } from "@reef/protocol/ids";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import styles from "./FilesTab.module.css";
import { isThere } from "./is-there.ts";
import { readWorkspaceAgain } from "./workspace-queries.ts";

export function NewFile({
  botId,
  onDone,
}: {
  readonly botId: BotId;
  /** With null it was given up. */
  readonly onDone: (path: string | null) => void;
}): ReactElement {
  const client = wholeClient(useReef().client);
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const path = name.trim().replace(/^\/+/, "");
  const create = useMutation({
    mutationFn: async () => {
      if (await isThere(client, botId, path)) throw new Error(`${path} is already there.`);
      await client.writeWorkspaceFile(botId, path, new Blob([]));
      await readWorkspaceAgain(queryClient, botId);
    },
    onSuccess: () => onDone(path),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path !== "" && !create.isPending) create.mutate();
  };
  return (
    <form className={styles.naming} aria-label="New file" onSubmit={submit}>
      <Field
        label="Name"
        hint="Such as notes/today.md"
        error={create.error && (create.error instanceof Error ? create.error.message : errorText(create.error))}
      >
        <input
          // biome-ignore lint/a11y/noAutofocus: a person pressed the button for it
          autoFocus
          dir="auto"
          required
          maxLength={1_000}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={({ target }) => setName(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            onDone(null);
          }}
        />
      </Field>
      <div className={form.actions}>
        <Button look="quiet" isSmall onClick={() => onDone(null)}>
          Cancel
        </Button>
        <Button type="submit" look="primary" isSmall disabled={create.isPending || path === ""}>
          Create
        </Button>
      </div>
    </form>
  );
}
