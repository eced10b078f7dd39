/** Shows a bot one task: its text as a quotation, its criteria, and what was reported. */
import { z } from "zod";
import { makeId } from "../ids.ts";
import { oneLine } from "../prompt/defuse.ts";
import { frameKey, quoteText } from "../prompt/quote.ts";
import { taskLine } from "../task/say-task.ts";
import { findTask } from "./find-task.ts";
import { defineTool, errorResult } from "./tool.ts";

const longestText = 20_000;

export const taskRead = defineTool({
  name: "task_read",
  description:
    "Shows one task: its text, its criteria with their numbers and evidence, its parts and its latest result.",
  input: z.strictObject({ task: z.string().min(1).max(300).describe("Its id, or its name such as TASK-123.") }),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "others",
  tells: "nobody",
  folds: true,
  async run(run, { task: name }) {
    const task = await findTask(run, name);
    if (typeof task === "string") return errorResult(task);
    const { items: parts } = await run.deps.store.read.tasks({ parentId: task.id }, { limit: 50, cursor: null });
    const criteria = task.criteria.map(({ text, done, kind, evidence }, at) => {
      const mark = done ? "met" : "open";
      return `${at + 1}. [${mark}] ${kind === "step" ? "(step) " : ""}${oneLine(text, 500)}${evidence === null ? "" : ` — ${oneLine(evidence, 300)}`}`;
    });
    const text = task.text.length > longestText ? `${task.text.slice(0, longestText)}…` : task.text;
    const sections = [
      taskLine(task),
      ...(task.botId === null
        ? []
        : [`assigned to ${task.botId}, session ${task.sessionId ?? "deleted"}, attempt ${task.attempts}`]),
      ...(criteria.length === 0 ? [] : [`criteria:\n${criteria.join("\n")}`]),
      ...(parts.length === 0 ? [] : [`parts:\n${parts.map(taskLine).join("\n")}`]),
      ...(task.result === null ? [] : [`latest result, ${task.result.state}: ${oneLine(task.result.text, 1_000)}`]),
      ...(text.trim() === "" ? [] : [`text:\n${quoteText(text, { task: task.ref }, frameKey(makeId("entry")))}`]),
    ];
    return { type: "result", text: sections.join("\n") };
  },
});
