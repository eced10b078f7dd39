/**
 * Draws the board: a column a status, on a phone one list with a heading each. Arrows go from card to card, Enter opens
 * one, and with Shift an arrow moves it to the next column; so does dragging.
 */
import type { TaskId } from "@reef/protocol/ids";
import type { Task, TaskStatus } from "@reef/protocol/task";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import shapes from "../../ui/Shapes.module.css";
import { type Board, cardBeside, type GroupBy, groupTasks, type Names } from "./board.ts";
import { TaskCard } from "./TaskCard.tsx";
import styles from "./Tasks.module.css";
import { besideColumn, columns, statusWords } from "./task-words.ts";

export function BoardView({
  board: current,
  groupBy,
  names,
  onOpen,
  onMove,
}: {
  readonly board: Board;
  readonly groupBy: GroupBy;
  readonly names: Names;
  readonly onOpen: (id: TaskId) => void;
  readonly onMove: (task: Task, to: TaskStatus) => void;
}): ReactElement {
  const element = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<Task | null>(null);
  /** While a card is dragged the board stands still: a card that is drawn anew ends the drag. */
  const [still, setStill] = useState<Board | null>(null);
  const board = still ?? current;
  const drag = (task: Task | null): void => {
    setDragged(task);
    setStill(task && current);
  };
  const [over, setOver] = useState<TaskStatus | null>(null);
  const [focused, setFocused] = useState<TaskId | null>(null);
  /** A card that moved is another element: the focus follows it. */
  const follows = useRef<TaskId | null>(null);
  const groups = columns.map((status) => [status, groupTasks(board.pages[status].items, groupBy, names)] as const);
  const cards = Object.fromEntries(
    groups.map(([status, own]) => [status, own.flatMap(({ tasks }) => tasks.map(({ id }) => id))]),
  ) as Record<TaskStatus, TaskId[]>;
  const all = columns.flatMap((status) => cards[status]);
  const reached = focused !== null && all.includes(focused) ? focused : (all[0] ?? null);
  const focus = (id: TaskId): void => element.current?.querySelector<HTMLElement>(`[data-task="${id}"]`)?.focus();
  useEffect(() => {
    const id = follows.current;
    if (id === null) return;
    follows.current = null;
    focus(id);
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const id = (event.target as HTMLElement).dataset.task as TaskId | undefined;
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (id === undefined || altKey || ctrlKey || metaKey) return;
    if (key !== "ArrowUp" && key !== "ArrowDown" && key !== "ArrowLeft" && key !== "ArrowRight") return;
    event.preventDefault();
    if (shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) {
      const task = columns.flatMap((status) => board.pages[status].items).find((each) => each.id === id);
      const to = task && besideColumn(task.status, key === "ArrowLeft" ? -1 : 1);
      if (!task || !to) return;
      follows.current = id;
      onMove(task, to);
      return;
    }
    const next = cardBeside(cards, id, key);
    if (next) focus(next);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows go between the cards, which are buttons
    <div
      ref={element}
      className={styles.board}
      onKeyDown={onKeyDown}
      onFocus={(event) => setFocused((event.target.dataset.task as TaskId | undefined) ?? null)}
    >
      {groups.map(([status, own]) => {
        const count = board.counts.byStatus[status];
        const hidden = count - board.pages[status].items.length;
        return (
          <section
            key={status}
            className={styles.column}
            aria-label={statusWords[status]}
            data-status={status}
            data-over={over === status || undefined}
            data-empty={count === 0 || undefined}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setOver(status);
            }}
            onDragLeave={() => setOver((now) => (now === status ? null : now))}
            onDrop={(event) => {
              event.preventDefault();
              setOver(null);
              if (dragged) onMove(dragged, status);
              drag(null);
            }}
          >
            <h2 className={styles.columnName}>
              {statusWords[status]} <span className={styles.count}>{count.toLocaleString()}</span>
            </h2>
            {own.map(({ key, name, tasks }) => (
              <div key={key} className={styles.group}>
                {name !== null && <h3 className={styles.groupName}>{name}</h3>}
                <ul className={`${shapes.bare} ${styles.cards}`} aria-label={name ?? statusWords[status]}>
                  {tasks.map((task) => (
                    <TaskCard
                      key={task.id}
                      task={task}
                      bot={task.botId === null ? undefined : names.bots.get(task.botId)}
                      isReached={task.id === reached}
                      onOpen={() => onOpen(task.id)}
                      onDrag={drag}
                    />
                  ))}
                </ul>
              </div>
            ))}
            {hidden > 0 && <p className={styles.more}>{hidden.toLocaleString()} more: filter to find them</p>}
          </section>
        );
      })}
    </div>
  );
}
