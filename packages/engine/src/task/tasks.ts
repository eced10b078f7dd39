/** Creates, changes and deletes tasks, for people and bots. */
import { AppError } from "@reef/protocol/error";
import type { TaskId } from "@reef/protocol/ids";
import type { NewTask, TaskPatch, TaskWithDetail } from "@reef/protocol/task";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";

/** Many more than anyone has. */
const mostTasks = 100_000;

/** Throws `not_found` for a topic or task that it names and that doesn't exist. */
export async function createTask(deps: Deps, input: NewTask): Promise<TaskWithDetail> {
  await requireNamed(deps, input);
  const { total } = await deps.store.read.taskCounts({});
  if (total >= mostTasks)
    throw new AppError("limit_exceeded", `there are already ${mostTasks} tasks: delete some first`);
  const { title, text = "", criteria = [], status = "pending", priority = null } = input;
  const { topicId = null, parentId = null } = input;
  const id = makeId("task");
  const task = { id, title, text, criteria, status, priority, topicId, parentId };
  await commitOps(deps, { op: "task.create", task });
  return readTask(deps, id);
}

/**
 * Omitted fields stay. Throws `conflict` for the title, text or criteria of a task that a file has, `invalid_request`
 * for a criterion that doesn't exist.
 */
export async function changeTask(deps: Deps, id: TaskId, patch: TaskPatch): Promise<TaskWithDetail> {
  await requireNamed(deps, patch);
  const { text, criteria, ticks, ...given } = patch;
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  await commitOps(deps, {
    op: "task.change",
    id,
    fields,
    ...(text !== undefined && { text }),
    ...(criteria !== undefined && { criteria }),
    ...(ticks !== undefined && { ticks }),
  });
  return readTask(deps, id);
}

/** Throws `conflict` for a task whose file is there: the next scan would bring it back. */
export async function deleteTask(deps: Deps, id: TaskId): Promise<void> {
  const { source, goneAt, rootId } = await readTask(deps, id);
  if (source !== null && goneAt === null && rootId !== null)
    throw new AppError("conflict", `its file ${source.path} is there: delete that, or disconnect its root`);
  await commitOps(deps, { op: "task.delete", id });
}

export function readTask(deps: Pick<Deps, "store">, id: TaskId): Promise<TaskWithDetail> {
  return found(deps.store.read.task(id), "task", id);
}

async function requireNamed(deps: Deps, { topicId, parentId }: Pick<NewTask, "topicId" | "parentId">): Promise<void> {
  if (topicId !== null && topicId !== undefined) await found(deps.store.read.topic(topicId), "topic", topicId);
  if (parentId !== null && parentId !== undefined) await found(deps.store.read.task(parentId), "task", parentId);
}
