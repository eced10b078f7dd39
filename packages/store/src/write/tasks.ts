/** Writes tasks. What a change does to one is decided by the engine's `task/change.ts`. */
import type { TaskOp, TaskState } from "@reef/engine/port/tasks";
import { changeTask, goneTask, mergeScanned, newTask, releaseTask } from "@reef/engine/task/change";
import { AppError } from "@reef/protocol/error";
import type { TaskId } from "@reef/protocol/ids";
import type { Task } from "@reef/protocol/task";
import { taskColumns, taskDetailColumns } from "../columns.ts";
import { detailRowToFields, taskRowToNoun, taskToDetailRow, taskToRow } from "../rows/task.ts";
import { eachParam, statement } from "../sql.ts";
import type { TaskDetailRow, TaskRow } from "../task-tables.ts";
import { all, one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const taskById = statement<{ id: TaskId }, TaskRow>((db, param) =>
  db.selectFrom("tasks").select(taskColumns).where("id", "=", param("id")),
);
const idBySource = statement<{ source_key: string }, { id: TaskId }>((db, param) =>
  db.selectFrom("tasks").select("id").where("source_key", "=", param("source_key")),
);
const detailOfTask = statement<{ id: TaskId }, TaskDetailRow>((db, param) =>
  db.selectFrom("task_details").select(taskDetailColumns).where("task_id", "=", param("id")),
);
const insertTask = statement<TaskRow>((db, param) => db.insertInto("tasks").values(eachParam(param, taskColumns)));
const updateTask = statement<TaskRow>((db, param) =>
  db.updateTable("tasks").set(eachParam(param, taskColumns)).where("id", "=", param("id")),
);
const insertDetail = statement<TaskDetailRow>((db, param) =>
  db.insertInto("task_details").values(eachParam(param, taskDetailColumns)),
);
const updateDetail = statement<TaskDetailRow>((db, param) =>
  db.updateTable("task_details").set(eachParam(param, taskDetailColumns)).where("task_id", "=", param("task_id")),
);
const deleteTaskById = statement<{ id: TaskId }>((db, param) => db.deleteFrom("tasks").where("id", "=", param("id")));
const deleteDetailById = statement<{ id: TaskId }>((db, param) =>
  db.deleteFrom("task_details").where("task_id", "=", param("id")),
);
const columnByField = {
  botId: "bot_id",
  sessionId: "session_id",
  topicId: "topic_id",
  parentId: "parent_id",
} as const;
type Named = keyof typeof columnByField;

function tasksNaming(field: Named) {
  return statement<{ id: string }, TaskRow>((db, param) =>
    db
      .selectFrom("tasks")
      .select(taskColumns)
      .where(columnByField[field], "=", param("id") as never)
      .orderBy("id"),
  );
}
const tasksByNamed = {
  botId: tasksNaming("botId"),
  sessionId: tasksNaming("sessionId"),
  topicId: tasksNaming("topicId"),
  parentId: tasksNaming("parentId"),
} as const;

export function* applyTaskOp(work: Work, op: TaskOp): Write<void> {
  switch (op.op) {
    case "task.create": {
      if ((yield* one(taskById, { id: op.task.id })) !== undefined)
        throw new AppError("conflict", `the task ${op.task.id} already exists`);
      const task = newTask(op.task, work.at);
      yield* insert(task);
      work.events.push({ type: "task.changed", task: task.task });
      return;
    }
    case "task.change": {
      const after = changeTask(yield* getState(op.id), op, work.at);
      if (after === null) return;
      yield* update(after);
      work.events.push({ type: "task.changed", task: after.task });
      return;
    }
    case "task.take": {
      const changed: TaskId[] = [];
      for (const scanned of op.tasks) {
        const taken = yield* one(idBySource, { source_key: scanned.sourceKey });
        if (taken !== undefined && taken.id !== scanned.id)
          throw new AppError("conflict", `another task is at ${scanned.sourceKey}`);
        const before = yield* findState(scanned.id);
        const after = mergeScanned(before, scanned, work.at);
        if (after === null) continue;
        yield* before === null ? insert(after) : update(after);
        changed.push(after.task.id);
      }
      tell(work, changed);
      return;
    }
    case "task.gone": {
      const changed: TaskId[] = [];
      for (const id of op.ids) {
        const before = yield* findState(id);
        const after = before === null || before.task.rootId !== op.rootId ? null : goneTask(before, work.at);
        if (after === null) continue;
        yield* run(updateTask, taskToRow(after));
        changed.push(id);
      }
      tell(work, changed);
      return;
    }
    case "task.delete":
      yield* getState(op.id);
      yield* run(deleteTaskById, { id: op.id });
      yield* run(deleteDetailById, { id: op.id });
      yield* releaseTasks(work, "parentId", op.id);
      work.events.push({ type: "task.deleted", taskId: op.id });
  }
}

/** Takes what was deleted out of the tasks that name it. */
export function* releaseTasks(work: Work, field: Named, id: NonNullable<Task[Named]>): Write<void> {
  const rows = yield* all(tasksByNamed[field], { id });
  for (const row of rows) {
    const before: TaskState = { task: taskRowToNoun(row), detail: noDetail, sourceKey: row.source_key };
    yield* run(updateTask, taskToRow(releaseTask(before, { [field]: null }, work.at)));
  }
  tell(
    work,
    rows.map((row) => row.id),
  );
}

const noDetail = { text: "", criteria: [], fields: {} };

function* findState(id: TaskId): Write<TaskState | null> {
  const row = yield* one(taskById, { id });
  if (row === undefined) return null;
  const detail = yield* one(detailOfTask, { id });
  return {
    task: taskRowToNoun(row),
    detail: detail === undefined ? noDetail : detailRowToFields(detail),
    sourceKey: row.source_key,
  };
}

function* getState(id: TaskId): Write<TaskState> {
  const found = yield* findState(id);
  if (found === null) throw new AppError("not_found", `no task has the id ${id}`);
  return found;
}

function* insert(task: TaskState): Write<void> {
  yield* run(insertTask, taskToRow(task));
  yield* run(insertDetail, taskToDetailRow(task));
}

function* update(task: TaskState): Write<void> {
  yield* run(updateTask, taskToRow(task));
  yield* run(updateDetail, taskToDetailRow(task));
}

function tell({ events }: Work, ids: readonly TaskId[]): void {
  if (ids.length > 0) events.push({ type: "tasks.changed", count: ids.length, taskIds: ids.slice(0, 100) });
}
