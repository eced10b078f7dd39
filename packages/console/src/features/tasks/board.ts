/** Arranges tasks on the board: a column a status, and in it groups by topic or bot. Pure. */
import type { Bot } from "@reef/protocol/bot";
import type { BotId, TaskId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { Task, TaskCounts, TaskStatus } from "@reef/protocol/task";
import type { Topic } from "@reef/protocol/topic";
import { columns } from "./task-words.ts";

export type GroupBy = "none" | "topic" | "bot";

/** What was read of the board. A column has its first tasks; `counts` says how many there are. */
export interface Board {
  readonly pages: Readonly<Record<TaskStatus, Page<Task>>>;
  readonly counts: TaskCounts;
}

export interface TaskGroup {
  readonly key: string;
  /** Null for the one group of a column that isn't grouped. */
  readonly name: string | null;
  readonly tasks: readonly Task[];
}

export interface Names {
  readonly bots: ReadonlyMap<BotId, Bot>;
  readonly topics: readonly Topic[];
}

export function groupTasks(tasks: readonly Task[], by: GroupBy, { bots, topics }: Names): readonly TaskGroup[] {
  if (by === "none") return [{ key: "all", name: null, tasks }];
  const keyOf = (task: Task) => (by === "bot" ? task.botId : task.topicId) ?? "";
  const order = by === "bot" ? [...bots.values()] : topics;
  const known = order.map(({ id, name }) => ({ key: id as string, name }));
  const rest = { key: "", name: by === "bot" ? "No bot" : "No topic" };
  const groups = [...known, rest].map(({ key, name }) => ({
    key,
    name,
    tasks: tasks.filter((task) => keyOf(task) === key),
  }));
  const placed = new Set(groups.flatMap((group) => group.tasks));
  const lost = tasks.filter((task) => !placed.has(task));
  return groups
    .map((group) => (group.key === "" ? { ...group, tasks: [...group.tasks, ...lost] } : group))
    .filter((group) => group.tasks.length > 0);
}

/** Shows a move before the server has confirmed it. */
export function moveTask(board: Board, id: TaskId, to: TaskStatus): Board {
  const from = columns.find((status) => board.pages[status].items.some((task) => task.id === id));
  const task = from && board.pages[from].items.find((each) => each.id === id);
  if (from === undefined || task === undefined || from === to) return board;
  const { byStatus, total } = board.counts;
  return {
    pages: {
      ...board.pages,
      [from]: { ...board.pages[from], items: board.pages[from].items.filter((each) => each !== task) },
      [to]: { ...board.pages[to], items: [{ ...task, status: to }, ...board.pages[to].items] },
    },
    counts: { total, byStatus: { ...byStatus, [from]: byStatus[from] - 1, [to]: byStatus[to] + 1 } },
  };
}

/** Returns the card that an arrow leads to: up and down in its column, sideways to the same height of the next with cards. */
export function cardBeside(
  cards: Readonly<Record<TaskStatus, readonly TaskId[]>>,
  from: TaskId,
  key: "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight",
): TaskId | null {
  const column = columns.findIndex((status) => cards[status].includes(from));
  const own = columns[column];
  if (own === undefined) return null;
  const at = cards[own].indexOf(from);
  if (key === "ArrowUp") return cards[own][at - 1] ?? null;
  if (key === "ArrowDown") return cards[own][at + 1] ?? null;
  const step = key === "ArrowLeft" ? -1 : 1;
  for (let next = column + step; columns[next] !== undefined; next += step) {
    const list = cards[columns[next] as TaskStatus];
    if (list.length > 0) return list[Math.min(at, list.length - 1)] ?? null;
  }
  return null;
}
