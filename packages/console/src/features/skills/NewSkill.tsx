/** Creates a skill from a name, a description and instructions; its files are added on its own page. */
import { skillFile } from "@reef/protocol/skill-rules";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { useRouter } from "../../ui/router.tsx";
import styles from "./Skills.module.css";

export function NewSkill({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { client } = useReef();
  const router = useRouter();
  const create = useMutation({
    mutationFn: (fields: FormData) => {
      const text = (name: string) => String(fields.get(name) ?? "").trim();
      const markdown = `---\nname: ${text("name")}\ndescription: ${JSON.stringify(text("description"))}\n---\n\n${text("instructions")}\n`;
      return wholeClient(client).createSkill({
        files: { [skillFile]: { text: markdown } },
        shared: fields.get("shared") === "on",
      });
    },
    onSuccess: ({ id }) => {
      onClose();
      router.navigate({ to: "/skills/$skillId", params: { skillId: id } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title="New skill" width="wide" onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <Field label="Name" hint="Lower-case letters and digits, joined by dashes.">
          <input
            data-first
            name="name"
            required
            maxLength={64}
            pattern="[a-z0-9]+([\-_][a-z0-9]+)*"
            autoComplete="off"
            spellCheck={false}
            placeholder="tide-tables"
          />
        </Field>
        <Field label="Description" hint="What it is for, and when to read it. This is always in the prompt.">
          <input name="description" required maxLength={2_000} autoComplete="off" />
        </Field>
        <Field label="Instructions">
          <textarea name="instructions" className={styles.editor} required rows={10} />
        </Field>
        <Check name="shared" label="All bots have it" defaultChecked />
        <FormEnd
          problem={create.error && `Couldn't create it: ${errorText(create.error)}`}
          action="Create"
          isDisabled={create.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
