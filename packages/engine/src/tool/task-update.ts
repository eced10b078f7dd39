/** Lets a bot say how far a task is: criteria with evidence, and its status. */
import { type Task, TaskStatus, type TaskTick, type TaskWithDetail } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import { z } from "zod";
import { oneLine } from "../prompt/defuse.ts";
import { findTask } from "./find-task.ts";
import { defineTool, errorResult } from "./tool.ts";

export const taskUpdate = defineTool({
  name: "task_update",
  description:
    "Changes a task that is yours, or nobody's: ticks criteria, each with the evidence for it, or sets its status. A task that was given to this session ends with report_result.",
  input: z.strictObject({
    task: z.string().min(1).max(300).describe("Its id, or its name such as TASK-123."),
    ticks: z
      .array(
        z.strictObject({
          n: z.int().min(1).max(taskLimits.criteria).describe("The number of the criterion."),
          done: z.boolean().optional().describe("False takes the tick away."),
          evidence: z.string().max(taskLimits.evidence).optional().describe("What shows that it is met."),
        }),
      )
      .max(taskLimits.criteria)
      .optional(),
    status: TaskStatus.optional(),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: false,
  async run(run, { task: name, ticks = [], status }) {
    const task = await findTask(run, name);
    if (typeof task === "string") return errorResult(task);
    if (task.botId !== null && task.botId !== run.session.botId)
      return errorResult(`${oneLine(task.ref)} is assigned to another bot (${task.botId})`);
    const beyond = ticks.find(({ n }) => n > task.criteria.length);
    if (beyond !== undefined)
      return errorResult(`there is no criterion ${beyond.n}: ${oneLine(task.ref)} has ${task.criteria.length}`);
    const made = ticks.map(({ n, done = true, evidence }): TaskTick => ({ n, done, evidence: evidence ?? null }));
    const refusal =
      status === undefined
        ? null
        : refuseStatus(task, status, {
            ticks: made,
            isOwed: task.sessionId === run.session.id && run.session.contract !== null,
          });
    if (refusal !== null) return errorResult(refusal);
    const fields: Partial<Pick<Task, "status">> = status === undefined ? {} : { status };
    const open = task.criteria.filter((each, at) => !(made.find(({ n }) => n === at + 1)?.done ?? each.done)).length;
    return {
      type: "result",
      text: `${oneLine(task.ref)}: ${task.criteria.length - open} of ${task.criteria.length} criteria met${status === undefined ? "" : `, ${status}`}`,
      ops: [{ op: "task.change", id: task.id, fields, ticks: made }],
    };
  },
});

/** “Done” is a claim that criteria must bear out. */
function refuseStatus(
  task: TaskWithDetail,
  status: TaskStatus,
  { ticks, isOwed }: { readonly ticks: readonly TaskTick[]; readonly isOwed: boolean },
): string | null {
  if (status !== "done") return null;
  if (isOwed) return "this session was given the task: report its result with report_result, which is checked";
  const doneByN = new Map(ticks.map(({ n, done }) => [n, done]));
  const open = task.criteria.flatMap((each, at) =>
    (doneByN.get(at + 1) ?? each.done) || each.kind === "step" ? [] : [at + 1],
  );
  return open.length === 0 ? null : `it isn't done: tick the criteria ${open.join(", ")} with evidence first`;
}
