/** Chooses which tools a bot may use: all, or those ticked. Names that the server does not know are kept and shown. */
import type { BotId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import form from "../../ui/Form.module.css";
import styles from "./BotTab.module.css";
import { toolsQuery } from "./tools-query.ts";

export function ToolChoice({
  botId,
  tools,
  hint = null,
  onChange,
}: {
  readonly botId: BotId;
  /** Null means all of them. */
  readonly tools: readonly string[] | null;
  /** Says which tools are meant, where that is not plain. */
  readonly hint?: string | null;
  readonly onChange: (tools: string[] | null) => void;
}): ReactElement {
  const { reads } = useReef();
  const { data: known, error, refetch } = useQuery(toolsQuery(reads, botId));
  const [added, setAdded] = useState("");
  const [isOpen, setOpen] = useState(false);
  const wordsByName = new Map(known?.map(({ name, description }) => [name, description]));
  const names = [...new Set([...wordsByName.keys(), ...(tools ?? [])])];
  const add = (): void => {
    const name = added.trim();
    if (name !== "" && tools && !tools.includes(name)) onChange([...tools, name]);
    setAdded("");
  };
  return (
    <fieldset className={form.plain}>
      <legend className={styles.label}>Tools</legend>
      <div>
        <Check
          label="All tools, including future ones"
          checked={tools === null}
          // Ticking one by one starts with all of them ticked, so they must be known.
          disabled={tools === null && known === undefined}
          onChange={(event) => {
            onChange(event.target.checked ? null : [...wordsByName.keys()]);
            setOpen(!event.target.checked);
          }}
        />
        {hint && <p className={form.hint}>{hint}</p>}
        {known === undefined && error && (
          <p className={form.hint} role="alert">
            Couldn't load the list of tools: {errorText(error)}{" "}
            <Button onClick={() => void refetch()}>Try again</Button>
          </p>
        )}
        {tools !== null && (known !== undefined || error) && (
          <details className={styles.fold} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
              {tools.length} of {names.length} chosen
            </summary>
            <div>
              {names.map((name) => (
                <Check
                  key={name}
                  label={<code>{name}</code>}
                  title={wordsByName.get(name)}
                  checked={tools.includes(name)}
                  onChange={(event) =>
                    onChange(event.target.checked ? [...tools, name] : tools.filter((each) => each !== name))
                  }
                />
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
          </details>
        )}
      </div>
    </fieldset>
  );
}
