/** Edits variables or headers: a name, and a value that stands here or the name of a secret (SE8). */
import { Plus, X } from "lucide";
import type { ReactElement } from "react";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import { Icon } from "../../ui/Icon.tsx";
import { newIdempotencyKey } from "../../ui/ids.ts";
import { Select } from "../../ui/Select.tsx";
import { emptyRow, type ValueRow } from "./server-draft.ts";
import styles from "./ValueRows.module.css";

const most = 50;

export function ValueRows({
  noun,
  title,
  rows,
  secrets,
  onChange,
}: {
  /** "variable" */
  readonly noun: string;
  readonly title: string;
  readonly rows: readonly ValueRow[];
  /** Names of those that are stored. */
  readonly secrets: readonly string[];
  readonly onChange: (rows: readonly ValueRow[]) => void;
}): ReactElement {
  const change = (key: string, fields: Partial<ValueRow>): void =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...fields } : row)));
  return (
    <fieldset className={form.plain}>
      <legend className={form.label}>{title}</legend>
      <div className={styles.rows}>
        {rows.map((row, index) => (
          <div key={row.key} className={styles.row}>
            <input
              className={form.input}
              aria-label={`Name of ${noun} ${index + 1}`}
              placeholder="Name"
              maxLength={100}
              autoComplete="off"
              spellCheck={false}
              value={row.name}
              onChange={({ target }) => change(row.key, { name: target.value })}
            />
            <Select
              aria-label={`Kind of ${noun} ${index + 1}`}
              options={[
                ["text", "is"],
                ["new", "is a new secret"],
                ...(secrets.length > 0 || row.kind === "secret" ? ([["secret", "is the secret"]] as const) : []),
              ]}
              value={row.kind}
              onChoose={(kind) =>
                change(row.key, { kind, text: "", secret: kind === "secret" ? row.secret || (secrets[0] ?? "") : "" })
              }
            />
            <RowValue row={row} label={`Value of ${noun} ${index + 1}`} secrets={secrets} onChange={change} />
            <Button
              look="quiet"
              isSquare
              aria-label={`Remove ${noun} ${index + 1}`}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            >
              <Icon icon={X} size={14} />
            </Button>
          </div>
        ))}
        {rows.length < most && (
          <Button isSmall className={styles.add} onClick={() => onChange([...rows, emptyRow(newIdempotencyKey())])}>
            <Icon icon={Plus} size={14} /> Add a {noun}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

/** The value of a row, by its kind. */
export function RowValue({
  row,
  label,
  secrets,
  onChange,
}: {
  readonly row: ValueRow;
  readonly label: string;
  readonly secrets: readonly string[];
  readonly onChange: (key: string, fields: Partial<ValueRow>) => void;
}): ReactElement {
  if (row.kind === "secret") {
    const names = secrets.includes(row.secret) || row.secret === "" ? secrets : [row.secret, ...secrets];
    return (
      <Select
        aria-label={label}
        options={names.map((name) => [name, name] as const)}
        value={row.secret}
        onChoose={(secret) => onChange(row.key, { secret })}
      />
    );
  }
  if (row.kind === "new") {
    return (
      // Without a name or a state: it is read from the field when the server is saved.
      <input
        className={form.input}
        type="password"
        required
        maxLength={10_000}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        data-typed={row.key}
        aria-label={label}
        placeholder="Stored encrypted"
      />
    );
  }
  return (
    <input
      className={form.input}
      aria-label={label}
      placeholder="Value"
      maxLength={10_000}
      autoComplete="off"
      spellCheck={false}
      value={row.text}
      onChange={({ target }) => onChange(row.key, { text: target.value })}
    />
  );
}
