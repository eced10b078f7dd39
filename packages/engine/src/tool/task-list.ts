/** Lists tasks for a bot: its own, or all that fit. */
import { TaskStatus } from "@reef/protocol/task";
import { z } from "zod";
import { taskLine } from "../task/say-task.ts";
import { defineTool } from "./tool.ts";

const limit = 50;

export const taskList = defineTool({
  name: "task_list",
  description:
    "Lists tasks, the most urgent first: id, name, status, priority, criteria met, title. Use task_read for the whole of one.",
  input: z.strictObject({
    status: TaskStatus.optional().describe("Only those with this status."),
    mine: z.boolean().optional().describe("True: only those that are assigned to you."),
    query: z.string().max(200).optional().describe("Words of the title, name or labels."),
  }),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "others",
  tells: "nobody",
  folds: true,
  async run({ deps, session }, { status, mine = false, query }) {
    const filter = {
      template: false,
      gone: false,
      ...(status !== undefined && { status }),
      ...(mine && { botId: session.botId }),
      ...(query !== undefined && { q: query }),
    };
    const { items, next } = await deps.store.read.tasks(filter, { limit, cursor: null });
    const lines = items.map(taskLine);
    if (next !== null) lines.push(`… only the first ${limit} are shown; give a query or a status to find others`);
    return { type: "result", text: lines.length === 0 ? "no tasks" : lines.join("\n") };
  },
});
