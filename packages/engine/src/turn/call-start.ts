/**
 * Commits that a call has begun: before it waits, and before it acts on the world (TU3, TO2). A call that waited, or
 * that a crash cut off, is run again and keeps its first start.
 */
import type { IsoTime } from "@reef/protocol/time";
import { msToIso } from "@reef/protocol/time";
import type { Step } from "@reef/protocol/turn";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";

/** Returns when the call was first made, which is when its time-outs count from. */
export async function startOf(open: OpenTurn, call: ToolCallRequest): Promise<IsoTime> {
  return (await findStart(open, call))?.at ?? msToIso(open.deps.clock.now());
}

/** Commits the operations with the start; without operations, does nothing for a call that has one already. */
export async function commitStart(open: OpenTurn, call: ToolCallRequest, ops: readonly (Op | TurnOp)[]): Promise<void> {
  if (ops.length === 0 && (await findStart(open, call)) !== undefined) return;
  await commitStep(open, ...ops, startOp(call));
}

/** Commits the starts of all calls that have none, in one unit. */
export async function commitStarts(open: OpenTurn, calls: readonly ToolCallRequest[]): Promise<void> {
  const fresh: ToolCallRequest[] = [];
  for (const call of calls) if ((await findStart(open, call)) === undefined) fresh.push(call);
  if (fresh.length > 0) await commitStep(open, ...fresh.map(startOp));
}

/** A turn that was claimed for the first time has started no calls that it does not remember. */
async function findStart(open: OpenTurn, { callId }: ToolCallRequest): Promise<Step | undefined> {
  if (open.claim.reason === "new") return undefined;
  const turn = await open.deps.store.read.turn(open.turn.id);
  return turn?.stepList.find((step) => step.kind === "tool_start" && step.callId === callId);
}

function startOp({ callId, name }: ToolCallRequest): TurnOp {
  const step = { kind: "tool_start" as const, callId, tool: name, entryId: null };
  return { op: "turn.step", step: { ...step, inputTokens: 0, outputTokens: 0, durationMs: 0 } };
}
