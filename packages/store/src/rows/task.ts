/** Turns tasks and roots into rows and back. */
import type { TaskState } from "@reef/engine/port/tasks";
import { wordsOf } from "@reef/engine/task/find";
import type { Root } from "@reef/protocol/root";
import type { Task, TaskDetail } from "@reef/protocol/task";
import { columnsToFields, fieldsToColumns } from "../fields/codec.ts";
import { rootCodecs, taskCodecs, taskDetailCodecs } from "../fields/task.ts";
import type { RootRow, TaskDetailRow, TaskRow } from "../task-tables.ts";

export function taskRowToNoun(row: TaskRow): Task {
  return columnsToFields(taskCodecs, row);
}

export function detailRowToFields(row: TaskDetailRow): TaskDetail {
  return columnsToFields(taskDetailCodecs, row);
}

export function taskToRow({ task, sourceKey }: TaskState): TaskRow {
  return { ...fieldsToColumns(taskCodecs, task), source_key: sourceKey, words: wordsOf(task) };
}

export function taskToDetailRow({ task, detail }: TaskState): TaskDetailRow {
  return { task_id: task.id, ...fieldsToColumns(taskDetailCodecs, detail) };
}

export function rootRowToNoun(row: RootRow): Root {
  return columnsToFields(rootCodecs, row);
}
