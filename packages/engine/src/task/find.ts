/** Decides which tasks a filter finds, and in which order, for stores that have no index for it. Pure. */
import type { Task, TaskFilter } from "@reef/protocol/task";

const rankByPriority = { critical: 0, high: 1, medium: 2, low: 3 } as const;

/** The smaller, the more urgent. */
export function rankOf({ priority }: Pick<Task, "priority">): number {
  return priority === null ? 4 : rankByPriority[priority];
}

/** What its words are looked for in. */
export function wordsOf({ ref, title, labels, source }: Pick<Task, "ref" | "title" | "labels" | "source">): string {
  return [ref, title, ...labels, ...(source?.aliases ?? [])].join("\n").toLowerCase();
}

export function wordsOfQuestion(q: string | undefined): readonly string[] {
  return q?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20) ?? [];
}

export function fitsFilter(task: Task, filter: TaskFilter): boolean {
  const words = wordsOf(task);
  return (
    (filter.status === undefined || task.status === filter.status) &&
    (filter.rootId === undefined || task.rootId === filter.rootId) &&
    (filter.topicId === undefined || task.topicId === filter.topicId) &&
    (filter.botId === undefined || task.botId === filter.botId) &&
    (filter.parentId === undefined || task.parentId === filter.parentId) &&
    (filter.conflict === undefined || (task.conflict !== null) === filter.conflict) &&
    (filter.template === undefined || task.isTemplate === filter.template) &&
    (filter.gone === undefined || (task.goneAt !== null) === filter.gone) &&
    wordsOfQuestion(filter.q).every((word) => words.includes(word))
  );
}
