/** Finds the task that a bot means, by id or by name. */
import { TaskId } from "@reef/protocol/ids";
import type { TaskWithDetail } from "@reef/protocol/task";
import { oneLine } from "../prompt/defuse.ts";
import type { ToolRun } from "./tool.ts";

/** Returns why there is none, in words for the bot. */
export async function findTask({ deps }: Pick<ToolRun, "deps">, name: string): Promise<TaskWithDetail | string> {
  const id = TaskId.safeParse(name.trim());
  if (id.success) return (await deps.store.read.task(id.data)) ?? `there is no task ${id.data}`;
  const found = await deps.store.read.tasksByRef(name.trim());
  const [first, ...others] = found;
  if (first === undefined) return `there is no task named “${oneLine(name)}”: see task_list`;
  if (others.length > 0)
    return `“${oneLine(name)}” names more than one task: use one of ${found.map((task) => task.id).join(", ")}`;
  return (await deps.store.read.task(first.id)) ?? `there is no task ${first.id}`;
}
