/** Folds many calls in a row to one line: how many, of which tools, how long they took together. */
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import { durationLabel } from "../../ui/time.ts";
import styles from "./ToolCall.module.css";
import { type RunRow, runWords } from "./tool-runs.ts";

export function ToolRun({ row, onToggle }: { readonly row: RunRow; readonly onToggle: () => void }): ReactElement {
  const { calls, isOpen } = row;
  const workedMs = calls.reduce((sum, { result }) => sum + (result?.tool?.durationMs ?? 0), 0);
  return (
    <div className={styles.tool} data-run>
      <button type="button" className={styles.line} aria-expanded={isOpen} onClick={onToggle}>
        <span className={styles.arrow} aria-hidden="true">
          ▸
        </span>
        <b>{calls.length} calls</b>
        <span className={`${shapes.cut} ${styles.about}`}>{runWords(calls)}</span>
        <span className={`${shapes.meta} ${styles.outcome}`}>done</span>
        <span className={styles.time}>{durationLabel(workedMs)}</span>
      </button>
    </div>
  );
}
