/** Says what a task's status and priority are called, and the order of the board's columns. */
import type { Task, TaskPriority, TaskStatus } from "@reef/protocol/task";

export const columns: readonly TaskStatus[] = [
  "pending",
  "in_progress",
  "blocked",
  "partial",
  "done",
  "failed",
  "cancelled",
];

export const statusWords: Readonly<Record<TaskStatus, string>> = {
  pending: "To do",
  in_progress: "In progress",
  blocked: "Blocked",
  partial: "Partly done",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const priorities: readonly TaskPriority[] = ["critical", "high", "medium", "low"];

export const priorityWords: Readonly<Record<TaskPriority, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
};

export function progressWords({ done, total }: Task["progress"]): string | null {
  return total === 0 ? null : `${done} of ${total} met`;
}

/** The next column to the left or right; null at the end. */
export function besideColumn(status: TaskStatus, step: -1 | 1): TaskStatus | null {
  return columns[columns.indexOf(status) + step] ?? null;
}
