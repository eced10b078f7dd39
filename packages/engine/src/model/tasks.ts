/** Keeps roots and tasks in the in-memory store. */
import { AppError } from "@reef/protocol/error";
import type { TaskId } from "@reef/protocol/ids";
import type { Root } from "@reef/protocol/root";
import { type Task, TaskStatus } from "@reef/protocol/task";
import type { KnownTask, RootOp, TaskOp, TaskQueries, TaskState } from "../port/tasks.ts";
import { changeTask, goneTask, isTouched, mergeScanned, newTask, releaseTask } from "../task/change.ts";
import { fitsFilter, rankOf } from "../task/find.ts";
import type { Cut, ModelWork } from "./state.ts";
import type { TaskMaps } from "./task-maps.ts";

export function applyRootOp({ state, at, events }: ModelWork, op: RootOp): void {
  const { roots, tasks } = state.work;
  if (op.op === "root.put") {
    const { id, path } = op.root;
    const other = [...roots.values()].find(({ root }) => root.path === path && root.id !== id);
    if (other !== undefined) throw new AppError("conflict", `the folder ${path} is connected already`);
    const earlier = roots.get(id);
    const root: Root = { ...op.root, createdAt: earlier?.root.createdAt ?? at, updatedAt: at };
    roots.set(id, { root, files: op.files ?? earlier?.files ?? { unreadable: [], skipped: [] } });
    events.push({ type: "root.changed", root });
    return;
  }
  if (!roots.delete(op.id)) throw new AppError("not_found", `no root has the id ${op.id}`);
  for (const [id, each] of tasks) {
    if (each.task.rootId !== op.id) continue;
    if (isTouched(each.task)) {
      const gone = goneTask(each, at) ?? each;
      tasks.set(id, { ...gone, task: { ...gone.task, rootId: null, updatedAt: at } });
    } else tasks.delete(id);
  }
  for (const [id, each] of tasks) {
    const { parentId } = each.task;
    if (parentId !== null && !tasks.has(parentId)) tasks.set(id, releaseTask(each, { parentId: null }, at));
  }
  events.push({ type: "root.deleted", rootId: op.id });
}

export function applyTaskOp(work: ModelWork, op: TaskOp): void {
  const { state, at, events } = work;
  const { tasks } = state.work;
  switch (op.op) {
    case "task.create": {
      if (tasks.has(op.task.id)) throw new AppError("conflict", `the task ${op.task.id} already exists`);
      save(work, newTask(op.task, at));
      return;
    }
    case "task.change": {
      const after = changeTask(get(tasks, op.id), op, at);
      if (after !== null) save(work, after);
      return;
    }
    case "task.take": {
      const changed = op.tasks.flatMap((scanned) => {
        const taken = [...tasks.values()].find(
          ({ sourceKey, task }) => sourceKey === scanned.sourceKey && task.id !== scanned.id,
        );
        if (taken !== undefined) throw new AppError("conflict", `another task is at ${scanned.sourceKey}`);
        const after = mergeScanned(tasks.get(scanned.id) ?? null, scanned, at);
        if (after !== null) tasks.set(after.task.id, after);
        return after === null ? [] : [after.task.id];
      });
      tell(work, changed);
      return;
    }
    case "task.gone": {
      const changed = op.ids.flatMap((id) => {
        const before = tasks.get(id);
        const after = before === undefined || before.task.rootId !== op.rootId ? null : goneTask(before, at);
        if (after !== null) tasks.set(id, after);
        return after === null ? [] : [id];
      });
      tell(work, changed);
      return;
    }
    case "task.delete":
      get(tasks, op.id);
      tasks.delete(op.id);
      releaseTasks(work, { parentId: op.id });
      events.push({ type: "task.deleted", taskId: op.id });
  }
}

/** Takes what was deleted out of the tasks that name it. */
export function releaseTasks(
  work: ModelWork,
  named: Partial<Pick<Task, "botId" | "sessionId" | "topicId" | "parentId">>,
): void {
  const [[field, id] = []] = Object.entries(named) as [keyof typeof named, string][];
  if (field === undefined) return;
  const ids = [...work.state.work.tasks.values()].filter(({ task }) => task[field] === id).map(({ task }) => task.id);
  for (const each of ids.toSorted()) {
    const before = get(work.state.work.tasks, each);
    work.state.work.tasks.set(each, releaseTask(before, { [field]: null }, work.at));
  }
  tell(work, ids.toSorted());
}

function save({ state, events }: ModelWork, after: TaskState): void {
  state.work.tasks.set(after.task.id, after);
  events.push({ type: "task.changed", task: after.task });
}

function tell({ events }: ModelWork, ids: readonly TaskId[]): void {
  if (ids.length > 0) events.push({ type: "tasks.changed", count: ids.length, taskIds: ids.slice(0, 100) });
}

function get(tasks: ReadonlyMap<TaskId, TaskState>, id: TaskId): TaskState {
  const found = tasks.get(id);
  if (found === undefined) throw new AppError("not_found", `no task has the id ${id}`);
  return found;
}

export function taskQueries(current: () => { readonly work: TaskMaps }, cut: Cut): TaskQueries {
  const all = () => [...current().work.tasks.values()];
  const fitting = (filter: Parameters<TaskQueries["tasks"]>[0]) =>
    all()
      .map(({ task }) => task)
      .filter((task) => fitsFilter(task, filter));
  const whole = (found: TaskState | undefined) => (found === undefined ? null : { ...found.task, ...found.detail });
  return {
    roots: async () => [...current().work.roots.values()].map(({ root }) => root),
    root: async (id) => {
      const found = current().work.roots.get(id);
      if (found === undefined) return null;
      return { ...found.root, unreadable: [...found.files.unreadable], skipped: [...found.files.skipped] };
    },
    task: async (id) => whole(current().work.tasks.get(id)),
    tasks: async (filter, page) =>
      cut(
        fitting(filter).sort((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1)),
        page,
      ),
    taskCounts: async (filter) => {
      const found = fitting(filter);
      const count = (status: Task["status"]) => found.filter((task) => task.status === status).length;
      const byStatus = Object.fromEntries(TaskStatus.options.map((status) => [status, count(status)]));
      return { total: found.length, byStatus: byStatus as Record<Task["status"], number> };
    },
    tasksByRef: async (ref) =>
      all()
        .map(({ task }) => task)
        .filter((task) => task.ref.toLowerCase() === ref.toLowerCase())
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, 10),
    taskOfSession: async (id) => whole(all().find(({ task }) => task.sessionId === id)),
    tasksOfRoot: async (id) => all().flatMap((each) => (each.task.rootId === id ? toKnown(each) : [])),
    hasTasksUnder: async (prefix) => all().some(({ sourceKey }) => sourceKey?.startsWith(prefix) === true),
    tasksBySource: async (keys) =>
      all().flatMap((each) => (each.sourceKey !== null && keys.includes(each.sourceKey) ? toKnown(each) : [])),
  };
}

function toKnown({ task, sourceKey }: TaskState): KnownTask[] {
  if (sourceKey === null) return [];
  return [
    { id: task.id, sourceKey, ref: task.ref, project: task.source?.project ?? null, isGone: task.goneAt !== null },
  ];
}
