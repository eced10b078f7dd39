/** Imports skills from a folder of the server: first a preview that says what would change, then the import. */
import type { SkillImportReport } from "@reef/protocol/skill";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import { countOf } from "../../ui/count.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Skills.module.css";

const words = { created: "New", changed: "Changed", unchanged: "Unchanged", refused: "Not imported" } as const;

export function ImportSkills({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { client, toasts } = useReef();
  const [path, setPath] = useState("");
  const [shared, setShared] = useState(true);
  const preview = useMutation({
    mutationFn: () => wholeClient(client).importSkills({ path: path.trim(), shared, dryRun: true }),
  });
  const run = useMutation({
    mutationFn: () => wholeClient(client).importSkills({ path: path.trim(), shared }),
    onSuccess: ({ items }) => {
      const taken = items.filter(({ state }) => state === "created" || state === "changed").length;
      toasts.show({ text: taken === 0 ? "Nothing was imported." : `${countOf(taken, "skill")} imported.` });
      onClose();
    },
  });
  const report = preview.data;
  const isUseful = report?.items.some(({ state }) => state === "created" || state === "changed") === true;
  const error = run.error ?? preview.error;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isUseful) run.mutate();
    else preview.mutate();
  };
  return (
    <Dialog title="Import skills" width="wide" onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <Field
          label="Folder"
          hint="On the Reef server's machine: a skill, a folder of skills, or that of an OpenClaw or Claude."
        >
          <input
            data-first
            required
            maxLength={4_000}
            autoComplete="off"
            spellCheck={false}
            placeholder="/home/me/.claude"
            value={path}
            onChange={({ currentTarget }) => {
              setPath(currentTarget.value);
              preview.reset();
            }}
          />
        </Field>
        <Check
          label="All bots have new ones"
          hint="Otherwise switch them on for single bots later"
          checked={shared}
          onChange={({ currentTarget }) => setShared(currentTarget.checked)}
        />
        {report && <Report report={report} />}
        <FormEnd
          problem={error && `Couldn't import it: ${errorText(error)}`}
          action={isUseful ? "Import" : "Preview"}
          isDisabled={preview.isPending || run.isPending || path.trim() === ""}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

function Report({ report }: { readonly report: SkillImportReport }): ReactElement {
  return (
    <ul className={`${shapes.bare} ${styles.report}`} aria-label="What would be imported">
      {report.items.map(({ path, name, state, reason }) => (
        <li key={path}>
          <span className={styles.reported} data-state={state}>
            {words[state]}
          </span>
          <span className={styles.reportedName}>
            <b>{name ?? path}</b>
            {reason && <span className={shapes.meta}>{reason}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
