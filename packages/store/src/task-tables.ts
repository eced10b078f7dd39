/** Defines the rows of roots and tasks. */
import type { RootId, TaskId } from "@reef/protocol/ids";
import type { ColumnsOf } from "./fields/codec.ts";
import type { rootCodecs, taskCodecs, taskDetailCodecs } from "./fields/task.ts";

export type RootRow = ColumnsOf<typeof rootCodecs>;

export interface RootFilesRow {
  root_id: RootId;
  /** JSON. */
  unreadable: string;
  skipped: string;
}

export interface TaskFacts {
  /** The folder of its root and its place there; null for a task of Reef's own. */
  source_key: string | null;
  /** What its words are looked for in, in lower case. */
  words: string;
}

export type TaskRow = TaskFacts & ColumnsOf<typeof taskCodecs>;

export type TaskDetailRow = { task_id: TaskId } & ColumnsOf<typeof taskDetailCodecs>;
