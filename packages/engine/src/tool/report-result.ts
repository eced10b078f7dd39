/**
 * Sets the result that goes back to the session that gave the task, or into the task of the board. It is checked against the task's contract (SU4), and
 * sent when the turn settles (SU3).
 */

import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { TurnId } from "@reef/protocol/ids";
import { maxMessageLength } from "@reef/protocol/message";
import { z } from "zod";
import { brokenReports, checkReport } from "./check-report.ts";
import { defineTool, errorResult } from "./tool.ts";

const Input = z.strictObject({ text: z.string().min(1).max(maxMessageLength).describe("The whole result.") });
const reportResultName = "report_result";

export const reportResult = defineTool({
  name: reportResultName,
  description:
    "For a session that was given a task by another, or from the board of tasks: reports the task's result. The last report of the turn counts; without one, your final answer does.",
  input: Input,
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "session",
  folds: false,
  async run(run, { text }) {
    const { session, turn, deps } = run;
    const isOwed = session.parentId !== null || session.contract !== null;
    if (!isOwed || turn.id === null) return errorResult("no session gave this one a task: just answer here");
    if (session.contract !== null) {
      const entries = await deps.store.read.window(session.id);
      const before = brokenReports(entries, turn.id).length;
      const failed = await checkReport(run, session.contract, { text, before });
      if (failed !== null) return failed;
    }
    const to = session.parentId === null ? "into the task" : "back to the session that gave the task";
    return { type: "result", text: `the result goes ${to} when this turn ends` };
  },
});

/** A bot without a list may use every tool. */
export function mayReport({ tools }: Pick<Bot, "tools">): boolean {
  return tools === null || tools.includes(reportResultName);
}

/** Returns what the turn reported last, if it did and the report was accepted. */
export function findReport(entries: readonly Entry[], turnId: TurnId): string | null {
  const ofTurn = entries.filter((entry) => entry.turnId === turnId && entry.tool?.name === reportResultName);
  const accepted = new Set(
    ofTurn.flatMap((entry) =>
      entry.kind === "tool_result" && entry.tool?.isError !== true ? [entry.tool?.callId] : [],
    ),
  );
  const call = ofTurn.findLast((entry) => entry.kind === "tool_call" && accepted.has(entry.tool?.callId));
  const input = Input.safeParse(call?.tool?.input);
  return input.success ? input.data.text : null;
}

/** Returns the text of the call. */
export function reportOf(entries: readonly Entry[], callId: string): string {
  const call = entries.findLast(({ kind, tool }) => kind === "tool_call" && tool?.callId === callId);
  const input = Input.safeParse(call?.tool?.input);
  return input.success ? input.data.text : "";
}
