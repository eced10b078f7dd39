/**
 * Says what becomes of a task when the session that works on it settles its turn: its criteria, its status and its
 * result change in the same unit (TK4). Pure.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Task, TaskTick, TaskWithDetail } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import type { IsoTime } from "@reef/protocol/time";
import type { Op } from "../port/unit.ts";
import { readJson } from "../prompt/contract-words.ts";
import { criteriaOf, TaskReport } from "./say-task.ts";

export type Ending =
  /** What the bot reported, accepted by its contract; null if it reported nothing that was. */
  | {
      readonly state: "done";
      readonly report: string | null;
      readonly reasons: readonly string[];
      readonly text: string;
    }
  | { readonly state: "failed" | "cancelled"; readonly text: string };

/** Returns nothing if the task isn't affected. */
export function settleTask(
  task: TaskWithDetail,
  ending: Ending,
  { sessionId, at }: { readonly sessionId: SessionId; readonly at: IsoTime },
): readonly Op[] {
  const found = judge(task, ending);
  if (found === null) return [];
  const { state, text, ticks } = found;
  const said = text.length > taskLimits.result ? `${text.slice(0, taskLimits.result - 1)}…` : text;
  const result = { state, text: said.toWellFormed(), sessionId, at };
  const status: Task["status"] = state === "cancelled" ? "pending" : state;
  return [{ op: "task.change", id: task.id, fields: { status, result }, ticks, ifSession: sessionId }];
}

interface Judged {
  readonly state: NonNullable<Task["result"]>["state"];
  readonly text: string;
  readonly ticks: readonly TaskTick[];
}

function judge(task: TaskWithDetail, ending: Ending): Judged | null {
  const isOpen = task.status === "in_progress";
  if (ending.state !== "done") return isOpen ? { state: ending.state, text: ending.text, ticks: [] } : null;
  const report = ending.report === null ? null : TaskReport.safeParse(readJson(ending.report)).data;
  if (report === null || report === undefined) {
    // A later turn of the session, about something else, leaves the task alone.
    if (!isOpen) return null;
    const reasons = ending.reasons.map((reason) => `- ${reason}`).join("\n");
    return {
      state: "failed",
      text: `It ended without an accepted result:\n${reasons}\n\n${ending.text}`.trim(),
      ticks: [],
    };
  }
  const ticks = report.criteria
    .filter(({ n }) => n >= 1 && n <= task.criteria.length)
    .map(({ n, met, evidence }): TaskTick => ({ n, done: met, evidence: evidence.slice(0, taskLimits.evidence) }));
  const doneByN = new Map(ticks.map(({ n, done }) => [n, done]));
  const isMet = criteriaOf(task).every(({ n, done }) => doneByN.get(n) ?? done);
  return { state: isMet ? "done" : "partial", text: report.summary, ticks };
}
