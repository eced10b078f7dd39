/** Finds tool calls and their results in a transcript: which are open, and what a model may see. Pure. */
import type { Entry } from "@reef/protocol/entry";
import type { TurnId } from "@reef/protocol/ids";
import type { ToolCallRequest } from "../port/runtime.ts";

/** Returns the turn's calls without a result, in the order they were made. */
export function openCalls(entries: readonly Entry[], turnId: TurnId): readonly ToolCallRequest[] {
  const ofTurn = entries.filter((entry) => entry.turnId === turnId);
  const settled = new Set(ofTurn.flatMap((entry) => (entry.kind === "tool_result" ? [entry.tool?.callId] : [])));
  return ofTurn.flatMap((entry) =>
    entry.kind === "tool_call" && entry.tool !== null && !settled.has(entry.tool.callId)
      ? [{ callId: entry.tool.callId, name: entry.tool.name, input: entry.tool.input }]
      : [],
  );
}
