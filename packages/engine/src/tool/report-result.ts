/** Sets the result that goes back to the session that gave the task. It is sent when the turn settles (SU3). */

import type { Entry } from "@reef/protocol/entry";
import type { TurnId } from "@reef/protocol/ids";
import { maxMessageLength } from "@reef/protocol/message";
import { z } from "zod";
import { defineTool, errorResult } from "./tool.ts";

const Input = z.strictObject({ text: z.string().min(1).max(maxMessageLength).describe("The whole result.") });
const name = "report_result";

export const reportResult = defineTool({
  name,
  description:
    "For a session that was given a task by another: reports the task's result. The last report of the turn counts; without one, your final answer does.",
  input: Input,
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "session",
  folds: false,
  async run({ session, turn }) {
    return session.parentId === null || turn.id === null
      ? errorResult("no session gave this one a task: just answer here")
      : { type: "result", text: "the result goes back to the session that gave the task when this turn ends" };
  },
});

/** Returns what the turn reported, if it did and the report was accepted. */
export function findReport(entries: readonly Entry[], turnId: TurnId): string | null {
  const ofTurn = entries.filter((entry) => entry.turnId === turnId && entry.tool?.name === name);
  const accepted = new Set(
    ofTurn.flatMap((entry) =>
      entry.kind === "tool_result" && entry.tool?.isError !== true ? [entry.tool?.callId] : [],
    ),
  );
  const call = ofTurn.findLast((entry) => entry.kind === "tool_call" && accepted.has(entry.tool?.callId));
  const input = Input.safeParse(call?.tool?.input);
  return input.success ? input.data.text : null;
}
