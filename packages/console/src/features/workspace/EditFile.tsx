/**
 * Edits a text of a workspace in its place. The bot may change the same file in the meantime: what is there is compared with what was
 * opened before it is replaced, and a difference is said, with both kept.
 */
import type { BotId } from "@reef/protocol/ids";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import shapes from "../../ui/Shapes.module.css";
import { useContent } from "./FileContentView.tsx";
import styles from "./FilesTab.module.css";
import { readWorkspaceAgain } from "./workspace-queries.ts";

export interface EditFileProps {
  readonly botId: BotId;
  readonly path: string;
  readonly file: Blob;
  readonly onClose: () => void;
}

export function EditFile(props: EditFileProps): ReactElement | null {
  // What was opened stays, also when the file changes below it.
  const [file] = useState(props.file);
  const content = useContent(file);
  if (content === null) return null;
  if (content.kind !== "text" || content.isCut) {
    return (
      <p className={`${shapes.meta} ${styles.note}`} role="alert">
        Only whole text files can be edited here.
      </p>
    );
  }
  return <Editor {...props} opened={content.text} />;
}

function Editor({ botId, path, onClose, opened }: EditFileProps & { readonly opened: string }): ReactElement {
  const client = wholeClient(useReef().client);
  const queryClient = useQueryClient();
  const [text, setText] = useState(opened);
  const [replaces, setReplaces] = useState(false);
  const save = useMutation({
    mutationFn: async () => {
      if (!replaces) {
        const now = await (await client.readWorkspaceFile(botId, path)).text();
        if (now !== opened) {
          setReplaces(true);
          throw new Error("The file has changed since you opened it. Save again to replace it with your text.");
        }
      }
      await client.writeWorkspaceFile(botId, path, new Blob([text]));
      await readWorkspaceAgain(queryClient, botId);
    },
    onSuccess: onClose,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const { error } = save;
  return (
    <form className={form.form} aria-label={`Edit ${path}`} onSubmit={submit}>
      <textarea
        // biome-ignore lint/a11y/noAutofocus: a person pressed the button for it
        autoFocus
        className={`${form.input} ${styles.editor}`}
        aria-label="Content"
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <FormEnd
        problem={error && (error.name === "Error" ? error.message : `Couldn't save it: ${errorText(error)}`)}
        action={save.isPending ? "Saving…" : replaces ? "Replace it" : "Save"}
        isDisabled={save.isPending || text === opened}
        onClose={onClose}
      />
    </form>
  );
}
