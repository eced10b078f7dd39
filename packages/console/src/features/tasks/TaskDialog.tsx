/** Shows one task: its text, its criteria to tick, what its folder says, and who works on it. */
import type { TaskId } from "@reef/protocol/ids";
import type { ReactElement } from "react";
import { errorText } from "../../ui/attempt.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Check } from "../../ui/Check.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Select } from "../../ui/Select.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { AssignTask } from "./AssignTask.tsx";
import type { Names } from "./board.ts";
import { SourceNotes } from "./SourceNotes.tsx";
import styles from "./Tasks.module.css";
import { columns, statusWords } from "./task-words.ts";
import { useChange, useTask } from "./use-board.ts";

export function TaskDialog({
  id,
  names,
  onClose,
}: {
  readonly id: TaskId;
  readonly names: Names;
  readonly onClose: () => void;
}): ReactElement {
  const { data: task, error } = useTask(id);
  const change = useChange(id);
  return (
    <Dialog title={task?.title ?? "Task"} width="wide" onClose={onClose}>
      <div className={styles.detail}>
        {error && (
          <p className={form.error} role="alert">
            Couldn't load the task: {errorText(error)}
          </p>
        )}
        {!task && !error && <Bones look="row" />}
        {task && (
          <>
            <SourceNotes task={task} />
            <div className={styles.row}>
              <Field label="Status">
                <Select
                  data-first
                  options={columns.map((status) => [status, statusWords[status]] as const)}
                  value={task.status}
                  onChoose={(status) => change({ status })}
                />
              </Field>
              <Field label="Topic">
                <Select
                  options={[["", "None"], ...names.topics.map((topic) => [topic.id, topic.name] as const)]}
                  value={task.topicId ?? ""}
                  onChoose={(topicId) => change({ topicId: topicId === "" ? null : topicId })}
                />
              </Field>
            </div>
            <AssignTask task={task} bots={names.bots} onAssigned={onClose} />
            {task.result && (
              <section className={styles.section} aria-label="Latest result">
                <h3 className={styles.heading}>Latest result: {statusWords[task.result.state].toLowerCase()}</h3>
                <p className={styles.text} dir="auto">
                  {task.result.text}
                </p>
                <SessionLink sessionId={task.result.sessionId} className={shapes.wordLink}>
                  Open the session
                </SessionLink>
              </section>
            )}
            {task.criteria.length > 0 && (
              <section className={styles.section} aria-label="Criteria">
                <h3 className={styles.heading}>
                  Criteria: {task.progress.done} of {task.progress.total} met
                </h3>
                <ul className={`${shapes.bare} ${styles.criteria}`}>
                  {task.criteria.map(({ text, done, evidence }, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: criteria are named by their number
                    <li key={at}>
                      <Check
                        label={<span dir="auto">{text}</span>}
                        checked={done}
                        onChange={({ currentTarget }) =>
                          change({ ticks: [{ n: at + 1, done: currentTarget.checked }] })
                        }
                      />
                      {evidence && (
                        <span className={styles.evidence} dir="auto">
                          {evidence}
                        </span>
                      )}
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {task.text.trim() !== "" && (
              <section className={styles.text} aria-label="Text" dir="auto">
                <Markdown text={task.text} />
              </section>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
