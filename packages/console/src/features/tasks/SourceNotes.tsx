/** Says where a task comes from, and what is odd about its file. */
import type { TaskWithDetail } from "@reef/protocol/task";
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Tasks.module.css";

export function SourceNotes({ task }: { readonly task: TaskWithDetail }): ReactElement | null {
  const { source, conflict, goneAt, ref } = task;
  if (source === null) return null;
  return (
    <div className={styles.notes}>
      <p>
        <b>{ref}</b> <span className={shapes.meta}>{source.path}</span>
      </p>
      {goneAt !== null && <p className={styles.conflict}>Its file is gone. What is known of it stays here.</p>}
      {conflict !== null && <p className={styles.conflict}>Conflict: {conflict}.</p>}
      {source.duplicateOf !== null && <p>Its text is the same as another task's.</p>}
      {source.problems.map((problem) => (
        <p key={problem}>Note: {problem}.</p>
      ))}
    </div>
  );
}
