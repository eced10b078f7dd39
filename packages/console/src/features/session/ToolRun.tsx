/** Folds many calls in a row to one line: how many, what they did, how long they took together. */
import { ChevronRight } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import { durationLabel } from "../../ui/time.ts";
import { runWords } from "./step-words.ts";
import styles from "./ToolCall.module.css";
import type { RunRow } from "./tool-runs.ts";

export function ToolRun({ row, onToggle }: { readonly row: RunRow; readonly onToggle: () => void }): ReactElement {
  const { calls, isOpen } = row;
  const workedMs = calls.reduce((sum, { result }) => sum + (result?.tool?.durationMs ?? 0), 0);
  return (
    <button type="button" className={styles.line} data-run aria-expanded={isOpen} onClick={onToggle}>
      <Icon icon={ChevronRight} size={14} className={styles.chevron} />
      <span className={styles.verb}>{calls.length} steps</span>
      {!isOpen && <span className={`${shapes.cut} ${styles.about}`}>{runWords(calls)}</span>}
      <span className={styles.end}>{durationLabel(workedMs)}</span>
    </button>
  );
}
