/** Draws the line that a replaced part of a conversation folds to: how long it is, and what of it was not undone. */
import type { ReactElement } from "react";
import { Time } from "../../ui/Time.tsx";
import styles from "./ReplacedLine.module.css";
import { countReplaced, type ReplacedRow } from "./replaced-rows.ts";

export function ReplacedLine({
  row,
  onToggle,
}: {
  readonly row: ReplacedRow;
  readonly onToggle: () => void;
}): ReactElement {
  const count = countReplaced(row);
  const note = row.notice.text.replace(/^Replaced [^.]*\.\s*/, "");
  return (
    <aside className={styles.line} aria-label="Replaced">
      <span className={styles.title}>
        Replaced · {count === 1 ? "1 entry" : `${count.toLocaleString("en-US")} entries`}
      </span>
      <button type="button" className={styles.button} aria-expanded={row.isOpen} onClick={onToggle}>
        {row.isOpen ? "Hide" : "Show"}
      </button>
      {note !== "" && <span className={styles.note}>{note}</span>}
      <span className={styles.time}>
        <Time at={row.notice.at} />
      </span>
    </aside>
  );
}
