/** Defines how a store keeps roots and tasks. What a change does to a task is decided in `task/change.ts`, for every store. */
import type { RootId, SessionId, TaskId } from "@reef/protocol/ids";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Root, RootWithFiles, UnreadFile } from "@reef/protocol/root";
import type { Task, TaskCounts, TaskDetail, TaskFilter, TaskTick, TaskWithDetail } from "@reef/protocol/task";

/** A task as a whole. */
export interface TaskState {
  readonly task: Task;
  readonly detail: TaskDetail;
  /** Where it is: the folder of its root and its place there; null for a task of Reef's own. */
  readonly sourceKey: string | null;
}

/** The fields of a task that people and bots set. */
export type TaskFields = Pick<
  Task,
  "title" | "status" | "priority" | "topicId" | "botId" | "sessionId" | "parentId" | "result"
>;

export type TaskSeed = Pick<Task, "id" | "title" | "status" | "priority" | "topicId" | "parentId"> & {
  readonly text: string;
  readonly criteria: readonly string[];
};

/** What a scan found of one task. */
export interface ScannedTask
  extends Pick<
    Task,
    | "id"
    | "ref"
    | "title"
    | "status"
    | "priority"
    | "conflict"
    | "labels"
    | "isTemplate"
    | "rootId"
    | "parentId"
    | "writtenAt"
  > {
  readonly sourceKey: string;
  readonly source: NonNullable<Task["source"]>;
  readonly detail: TaskDetail;
}

export interface TaskChange {
  readonly fields?: Partial<TaskFields>;
  readonly text?: string;
  readonly criteria?: readonly string[];
  /** Throws `invalid_request` if it has no such criterion. */
  readonly ticks?: readonly TaskTick[];
  /** Counts as another attempt. */
  readonly isAssigned?: boolean;
  /** Does nothing unless this is the newest session of the task: an older one has nothing to say (TK4). */
  readonly ifSession?: SessionId;
}

export type TaskOp =
  | { readonly op: "task.create"; readonly task: TaskSeed }
  | ({ readonly op: "task.change"; readonly id: TaskId } & TaskChange)
  /** Creates tasks and takes changes of their files, as `mergeScanned` says (TK2). Unchanged ones are left alone. */
  | { readonly op: "task.take"; readonly tasks: readonly ScannedTask[] }
  /** Marks those of the root as gone. Nothing that Reef knows of them is deleted (TK3). */
  | { readonly op: "task.gone"; readonly rootId: RootId; readonly ids: readonly TaskId[] }
  /** Its parts stay, without it. */
  | { readonly op: "task.delete"; readonly id: TaskId };

export type RootOp =
  /** Creates or replaces the root. Throws `conflict` if another root has the folder. Null leaves the lists of files. */
  | {
      readonly op: "root.put";
      readonly root: Omit<Root, "createdAt" | "updatedAt">;
      readonly files: RootFiles | null;
    }
  /** Deletes its tasks, except those that were touched in Reef: these stay, without a root and marked as gone (TK3). */
  | { readonly op: "root.delete"; readonly id: RootId };

export interface RootFiles {
  readonly unreadable: readonly UnreadFile[];
  readonly skipped: readonly UnreadFile[];
}

/** What a scan must know of a task that was taken before. */
export interface KnownTask {
  readonly id: TaskId;
  readonly sourceKey: string;
  readonly ref: string;
  readonly project: string | null;
  readonly isGone: boolean;
}

export interface TaskQueries {
  /** In order of creation. */
  roots(): Promise<readonly Root[]>;
  root(id: RootId): Promise<RootWithFiles | null>;
  task(id: TaskId): Promise<TaskWithDetail | null>;
  /** The most urgent first, then in order of creation. */
  tasks(filter: TaskFilter, page: PageRequest): Promise<Page<Task>>;
  taskCounts(filter: TaskFilter): Promise<TaskCounts>;
  /** Returns tasks with this name, in any letter case; at most 10. */
  tasksByRef(ref: string): Promise<readonly Task[]>;
  /** Returns the task whose newest session this is. */
  taskOfSession(id: SessionId): Promise<TaskWithDetail | null>;
  /** Returns every task of the root. */
  tasksOfRoot(id: RootId): Promise<readonly KnownTask[]>;
  /** Returns tasks of any root, and of none, whose keys these are. */
  tasksBySource(keys: readonly string[]): Promise<readonly KnownTask[]>;
  /** Whether any task of any root, or of none, has a key with this beginning. */
  hasTasksUnder(prefix: string): Promise<boolean>;
}
