/** Says a task in words: to the bot that it is given to, and in the answers of tools. Its text is quoted as data (MB9). */
import type { ResultContract } from "@reef/protocol/contract";
import type { Task, TaskCriterion, TaskWithDetail } from "@reef/protocol/task";
import { z } from "zod";
import { oneLine } from "../prompt/defuse.ts";
import { frameKey, quoteText } from "../prompt/quote.ts";

/** What a bot reports of a task that it was given. */
export const TaskReport = z.object({
  summary: z.string().min(1),
  criteria: z.array(z.object({ n: z.int(), met: z.boolean(), evidence: z.string() })).default([]),
});
export type TaskReport = z.infer<typeof TaskReport>;

/** Those that say when a task is done, with their numbers in the whole list. */
export function criteriaOf({ criteria }: Pick<TaskWithDetail, "criteria">): readonly (TaskCriterion & { n: number })[] {
  return criteria.map((each, at) => ({ ...each, n: at + 1 })).filter(({ kind }) => kind === "criterion");
}

/** The result must say of every criterion whether it is met, and what shows it (SU4). */
export function contractOf(task: Pick<TaskWithDetail, "criteria">): ResultContract {
  const criteria = criteriaOf(task);
  const item = {
    type: "object",
    properties: {
      n: { enum: criteria.map(({ n }) => n) },
      met: { type: "boolean" },
      evidence: { type: "string", minLength: 1 },
    },
    required: ["n", "met", "evidence"],
  };
  const list = { type: "array", items: item, minItems: criteria.length, maxItems: criteria.length };
  const isShort = criteria.length > 0;
  return {
    schema: {
      type: "object",
      properties: { summary: { type: "string", minLength: 1 }, ...(isShort && { criteria: list }) },
      required: ["summary", ...(isShort ? ["criteria"] : [])],
    },
    evidence: [],
  };
}

const longestText = 60_000;

/** The message that gives a bot its task. `key`: an id that was made after the task was written. */
export function sayAssignment(
  task: TaskWithDetail,
  { note, key }: { readonly note: string; readonly key: string },
): string {
  const criteria = criteriaOf(task);
  const text = task.text.length > longestText ? `${task.text.slice(0, longestText)}…` : task.text;
  const parts = [
    `Work on the task ${task.ref} “${oneLine(task.title)}” (${task.id}) until it is done.`,
    ...(note === "" ? [] : [note]),
    ...(text.trim() === ""
      ? []
      : [`Its text:\n${quoteText(text, { task: task.ref, from: task.source?.path ?? "Reef" }, frameKey(key))}`]),
    ...(criteria.length === 0
      ? []
      : [
          `It is done when all of these are met:\n${criteria.map(({ n, text, done }) => `${n}. ${oneLine(text, 500)}${done ? " (met already)" : ""}`).join("\n")}`,
        ]),
    `As you make progress, tick what is met with task_update, with the evidence for it. At the end, report the result with report_result, as JSON: {"summary": "what was done"${
      criteria.length === 0 ? "" : ', "criteria": [{"n": 1, "met": true, "evidence": "what shows it"}, …]'
    }}. Say of a criterion that it isn't met rather than guess.`,
  ];
  return parts.join("\n\n");
}

/** One line of a list, for a bot. */
export function taskLine(task: Task): string {
  const { done, total } = task.progress;
  return [
    task.id,
    oneLine(task.ref, 100),
    task.status,
    task.priority ?? "no priority",
    total === 0 ? "no criteria" : `${done}/${total} met`,
    oneLine(task.title, 150),
    ...(task.conflict === null ? [] : [`conflict: ${oneLine(task.conflict)}`]),
    ...(task.goneAt === null ? [] : ["its file is gone"]),
  ].join(" | ");
}
