/** Lists the files of a skill and edits one at a time. What is typed is kept until it is saved or discarded. */
import type { SkillContent, SkillWithContents } from "@reef/protocol/skill";
import { skillFile } from "@reef/protocol/skill-rules";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Skills.module.css";
import { sizeWords } from "./skill-words.ts";

export function SkillFiles({ skill }: { readonly skill: SkillWithContents }): ReactElement {
  const { client } = useReef();
  const [chosen, setChosen] = useState<string>(skillFile);
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const write = useMutation({
    mutationFn: (files: Readonly<Record<string, SkillContent | null>>) =>
      wholeClient(client).changeSkill(skill.id, { files }),
    onSuccess: (_, files) =>
      setDrafts((all) => Object.fromEntries(Object.entries(all).filter(([path]) => !(path in files)))),
  });
  const content = skill.contents[chosen];
  const saved = content !== undefined && "text" in content ? content.text : "";
  const text = drafts[chosen] ?? saved;
  const isDirty = drafts[chosen] !== undefined && drafts[chosen] !== saved;
  const isBytes = content !== undefined && !("text" in content);
  const addFile = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const field = event.currentTarget;
    const path = String(new FormData(field).get("path") ?? "").trim();
    if (path === "" || Object.hasOwn(skill.contents, path)) return;
    write.mutate(
      { [path]: { text: "" } },
      {
        onSuccess: () => {
          field.reset();
          setChosen(path);
        },
      },
    );
  };
  return (
    <section className={styles.files} aria-label="Files">
      <div className={styles.tree}>
        <ul className={shapes.bare} aria-label="Files of this skill">
          {skill.files.map(({ path, sizeBytes }) => (
            <li key={path}>
              <button
                type="button"
                className={`${shapes.choice} ${styles.file}`}
                aria-current={path === chosen || undefined}
                onClick={() => setChosen(path)}
              >
                <span className={`${shapes.cut} ${shapes.grow}`} title={path}>
                  {path}
                </span>
                <span className={shapes.meta}>{drafts[path] === undefined ? sizeWords(sizeBytes) : "Not saved"}</span>
              </button>
            </li>
          ))}
        </ul>
        <form className={shapes.line} onSubmit={addFile}>
          <input
            name="path"
            className={`${form.input} ${shapes.grow}`}
            aria-label="Path of a new file"
            placeholder="scripts/check.py"
            maxLength={300}
            required
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" disabled={write.isPending}>
            Add
          </Button>
        </form>
      </div>
      <form
        className={styles.edit}
        onSubmit={(event) => {
          event.preventDefault();
          write.mutate({ [chosen]: { text } });
        }}
      >
        {isBytes ? (
          <p className={shapes.none}>This file isn't text.</p>
        ) : (
          <textarea
            className={`${form.input} ${styles.editor}`}
            aria-label={chosen}
            rows={22}
            spellCheck={false}
            value={text}
            onChange={({ currentTarget }) => setDrafts((all) => ({ ...all, [chosen]: currentTarget.value }))}
          />
        )}
        {write.error && (
          <p className={form.error} role="alert">
            Couldn't save it: {errorText(write.error)}
          </p>
        )}
        <div className={styles.buttons}>
          {chosen !== skillFile && content !== undefined && (
            <Button
              look="quiet"
              disabled={write.isPending}
              onClick={() => write.mutate({ [chosen]: null }, { onSuccess: () => setChosen(skillFile) })}
            >
              Delete file
            </Button>
          )}
          <span className={shapes.grow} />
          {isDirty && (
            <Button
              look="quiet"
              onClick={() =>
                setDrafts((all) => Object.fromEntries(Object.entries(all).filter(([path]) => path !== chosen)))
              }
            >
              Discard
            </Button>
          )}
          {!isBytes && (
            <Button type="submit" look="primary" disabled={!isDirty || write.isPending}>
              Save
            </Button>
          )}
        </div>
      </form>
    </section>
  );
}
