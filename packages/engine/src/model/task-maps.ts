/** Holds the roots and tasks of the in-memory store. */
import type { RootId, TaskId } from "@reef/protocol/ids";
import type { Root } from "@reef/protocol/root";
import type { RootFiles, TaskState } from "../port/tasks.ts";

/** Records are replaced, never changed. */
export interface TaskMaps {
  readonly roots: Map<RootId, { readonly root: Root; readonly files: RootFiles }>;
  readonly tasks: Map<TaskId, TaskState>;
}

export function noTasks(): TaskMaps {
  return { roots: new Map(), tasks: new Map() };
}

export function copyTasks({ roots, tasks }: TaskMaps): TaskMaps {
  return { roots: new Map(roots), tasks: new Map(tasks) };
}
