/** Imports skills from a zip file or a folder of the server: first a preview that says what would change, then the import. */
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
  const [from, setFrom] = useState<"zip" | "folder">("zip");
  const [path, setPath] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [shared, setShared] = useState(true);
  const send = (dryRun: boolean): Promise<SkillImportReport> =>
    from === "folder"
      ? wholeClient(client).importSkills({ path: path.trim(), shared, dryRun })
      : wholeClient(client).importSkillZip(asZip(file), { name: file?.name ?? "", shared, dryRun });
  const preview = useMutation({ mutationFn: () => send(true) });
  const run = useMutation({
    mutationFn: () => send(false),
    onSuccess: ({ items }) => {
      const taken = items.filter(({ state }) => state === "created" || state === "changed").length;
      toasts.show({ text: taken === 0 ? "Nothing was imported." : `${countOf(taken, "skill")} imported.` });
      onClose();
    },
  });
  /** What was previewed is no longer what would be imported. */
  const forget = (): void => {
    preview.reset();
    run.reset();
  };
  const isChosen = from === "zip" ? file !== null : path.trim() !== "";
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
        <fieldset className={form.plain}>
          <legend className={form.label}>Import from</legend>
          <div className={form.row}>
            {sources.map(([source, label, hint]) => (
              <Check
                key={source}
                isRadio
                look="option"
                name="source"
                label={label}
                hint={hint}
                checked={from === source}
                onChange={() => {
                  setFrom(source);
                  forget();
                }}
              />
            ))}
          </div>
        </fieldset>
        {from === "zip" ? (
          <Field label="Zip file" hint="A skill, or a folder of skills. At most 20 MB.">
            <input
              type="file"
              required
              accept=".zip,.skill,application/zip"
              onChange={({ currentTarget }) => {
                setFile(currentTarget.files?.[0] ?? null);
                forget();
              }}
            />
          </Field>
        ) : (
          <Field label="Folder" hint="A skill, a folder of skills, or that of an OpenClaw or Claude.">
            <input
              required
              maxLength={4_000}
              autoComplete="off"
              spellCheck={false}
              placeholder="/home/me/.claude"
              value={path}
              onChange={({ currentTarget }) => {
                setPath(currentTarget.value);
                forget();
              }}
            />
          </Field>
        )}
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
          isDisabled={preview.isPending || run.isPending || !isChosen}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

const sources = [
  ["zip", "A zip file", "From this computer"],
  ["folder", "A folder", "On the Reef server's machine"],
] as const;

/** Browsers name the type of such a file in several ways, or not at all. */
function asZip(file: File | null): Blob {
  return file === null ? new Blob() : new Blob([file], { type: "application/zip" });
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
