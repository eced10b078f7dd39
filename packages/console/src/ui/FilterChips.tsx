/**
 * Filters rows by state: all, or those of one state, each with its count. Pressing the selected state again shows all.
 */
import type { ReactElement, ReactNode } from "react";
import styles from "./FilterChips.module.css";
import shapes from "./Shapes.module.css";

export interface FilterChip<Key extends string> {
  readonly key: Key;
  readonly sign: ReactNode;
  readonly words: string;
  readonly count: number;
}

export function FilterChips<Key extends string>({
  label,
  all,
  chips,
  chosen,
  onChoose,
}: {
  readonly label: string;
  /** The number of rows of all states. */
  readonly all: number;
  /** A chip without rows is shown only while it is selected. */
  readonly chips: readonly FilterChip<Key>[];
  readonly chosen: Key | null;
  readonly onChoose: (key: Key | null) => void;
}): ReactElement {
  return (
    <fieldset className={styles.row}>
      <legend className={shapes.hidden}>{label}</legend>
      <button type="button" className={styles.chip} aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        All <span className={styles.count}>{all.toLocaleString()}</span>
      </button>
      {chips
        .filter(({ key, count }) => count > 0 || key === chosen)
        .map(({ key, sign, words, count }) => (
          <button
            key={key}
            type="button"
            className={styles.chip}
            aria-pressed={chosen === key}
            onClick={() => onChoose(chosen === key ? null : key)}
          >
            {sign} {words} <span className={styles.count}>{count.toLocaleString()}</span>
          </button>
        ))}
    </fieldset>
  );
}
