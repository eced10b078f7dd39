/** Lets a bot write down a task. How many one turn may create follows from its transcript (BO1). */
import { TaskPriority } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import { z } from "zod";
import { makeId } from "../ids.ts";
import { oneLine } from "../prompt/defuse.ts";
import { findTask } from "./find-task.ts";
import { defineTool, errorResult } from "./tool.ts";

const name = "task_create";
const mostOfTurn = 20;
const mostAtAll = 100_000;

export const taskCreate = defineTool({
  name,
  description: "Creates a task for later, in the topic of this session. It isn't started: a person assigns it.",
  input: z.strictObject({
    title: z.string().trim().min(1).max(taskLimits.title),
    text: z.string().max(20_000).optional().describe("Everything that is needed to do it."),
    criteria: z
      .array(z.string().trim().min(1).max(taskLimits.criterion))
      .max(50)
      .optional()
      .describe("What must be true when it is done, each by itself checkable."),
    priority: TaskPriority.optional(),
    parent: z.string().min(1).max(300).optional().describe("The id or name of the task that it is a part of."),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: false,
  async run(run, { title, text = "", criteria = [], priority = null, parent }) {
    const { deps, session, turn } = run;
    const entries = turn.id === null ? [] : await deps.store.read.window(session.id);
    const made = entries.filter(
      (entry) => entry.turnId === turn.id && entry.kind === "tool_result" && entry.tool?.name === name,
    );
    if (made.length >= mostOfTurn)
      return errorResult(
        `this turn has created ${made.length} tasks, and may create no more: end it, and say what else there is`,
      );
    if ((await deps.store.read.taskCounts({})).total >= mostAtAll)
      return errorResult(`there are already ${mostAtAll} tasks`);
    const above = parent === undefined ? null : await findTask(run, parent);
    if (typeof above === "string") return errorResult(above);
    const id = makeId("task");
    const task = {
      id,
      title,
      text,
      criteria,
      priority,
      status: "pending" as const,
      topicId: session.topicId,
      parentId: above?.id ?? null,
    };
    return { type: "result", text: `created “${oneLine(title)}” (${id})`, ops: [{ op: "task.create", task }] };
  },
});
