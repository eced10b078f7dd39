/** Which tools a bot may use: all, or those ticked. Names that the page does not know are kept and shown. */
import { type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import styles from "./BotTab.module.css";

const ownTools = [
  "session_list",
  "session_send",
  "session_spawn",
  "session_read",
  "session_wait",
  "ask_person",
  "report_result",
  "memory_save",
  "memory_search",
  "memory_update",
  "memory_forget",
  "schedule_create",
  "schedule_list",
  "schedule_cancel",
];

export function ToolChoice({
  tools,
  hint = null,
  onChange,
}: {
  /** Null: all of them. */
  readonly tools: readonly string[] | null;
  /** Which tools are meant, where that is not plain. */
  readonly hint?: string | null;
  readonly onChange: (tools: string[] | null) => void;
}): ReactElement {
  const [added, setAdded] = useState("");
  const names = [...new Set([...ownTools, ...(tools ?? [])])];
  const add = (): void => {
    const name = added.trim();
    if (name !== "" && tools && !tools.includes(name)) onChange([...tools, name]);
    setAdded("");
  };
  return (
    <fieldset className={form.plain}>
      <legend className={form.label}>Tools</legend>
      {hint && <p className={form.hint}>{hint}</p>}
      <label className={styles.tick}>
        <input
          type="checkbox"
          checked={tools === null}
          onChange={(event) => onChange(event.target.checked ? null : [...ownTools])}
        />
        <span>All tools, including future ones</span>
      </label>
      {tools !== null && (
        <div className={styles.tools}>
          {names.map((name) => (
            <label key={name} className={styles.tick}>
              <input
                type="checkbox"
                checked={tools.includes(name)}
                onChange={(event) =>
                  onChange(event.target.checked ? [...tools, name] : tools.filter((each) => each !== name))
                }
              />
              <code>{name}</code>
            </label>
          ))}
          <div className={styles.addTool}>
            <input
              dir="auto"
              className={form.input}
              value={added}
              maxLength={128}
              placeholder="Another tool's name"
              aria-label="Another tool's name"
              onChange={(event) => setAdded(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
                event.preventDefault();
                add();
              }}
            />
            <Button onClick={add} disabled={added.trim() === ""}>
              Add
            </Button>
          </div>
        </div>
      )}
    </fieldset>
  );
}
