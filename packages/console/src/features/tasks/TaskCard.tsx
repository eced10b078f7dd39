/** Shows one task on the board: what it is, how urgent, how far, and who works on it. */
import type { Bot } from "@reef/protocol/bot";
import type { Task } from "@reef/protocol/task";
import type { ReactElement } from "react";
import { Avatar } from "../../ui/Avatar.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./Tasks.module.css";
import { priorityWords, progressWords } from "./task-words.ts";

export function TaskCard({
  task,
  bot,
  isReached,
  onOpen,
  onDrag,
}: {
  readonly task: Task;
  readonly bot: Bot | undefined;
  /** The one card of the board that Tab reaches. */
  readonly isReached: boolean;
  readonly onOpen: () => void;
  readonly onDrag: (task: Task | null) => void;
}): ReactElement {
  const { id, ref, title, priority, progress, conflict, status, labels } = task;
  const met = progressWords(progress);
  return (
    <li>
      <button
        type="button"
        id={id}
        className={`${shapes.card} ${styles.card}`}
        data-task={id}
        tabIndex={isReached ? 0 : -1}
        draggable
        onClick={onOpen}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", ref);
          onDrag(task);
        }}
        onDragEnd={() => onDrag(null)}
        aria-keyshortcuts="Enter Shift+ArrowLeft Shift+ArrowRight"
      >
        <span className={styles.ref}>
          <span className={shapes.cut}>{ref}</span>
          {priority && (
            <span className={styles.priority} data-priority={priority}>
              {priorityWords[priority]}
            </span>
          )}
        </span>
        <span className={styles.name} dir="auto">
          {title}
        </span>
        {conflict && (
          <span className={styles.conflict} title={conflict}>
            Folder and text disagree
          </span>
        )}
        <span className={styles.facts}>
          {met && <span>{met}</span>}
          {labels[0] && <span className={shapes.cut}>{labels[0]}</span>}
          {bot && (
            <span className={styles.bot}>
              {status === "in_progress" && <Sign status={bot.status === "running" ? "running" : "idle"} words="" />}
              <Avatar name={bot.name} seed={bot.id} size="small" />
              <span className={shapes.cut}>{bot.name}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}
