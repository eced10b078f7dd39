/** Commits the result of a call with everything that it changed (MB5, TU1). */
import { AppError } from "@reef/protocol/error";
import { isStoreFailure } from "../commit.ts";
import { makeId } from "../ids.ts";
import { isBoundMet } from "../mailbox/chain-bounds.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import { sinceMs } from "../port/told-numbers.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import type { ToolOutcome } from "../tool/tool.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { countRepeats, tellRepeat } from "./repeats.ts";

export type Result = Extract<ToolOutcome, { type: "result" }>;

export interface FinishedCall {
  readonly outcome: Result;
  readonly startedMs: number;
  /** True for the last call of an answer: waiting steer messages join the turn with it. */
  readonly joins: boolean;
}

export async function commitResult(
  open: OpenTurn,
  call: ToolCallRequest,
  { outcome, startedMs, joins }: FinishedCall,
): Promise<void> {
  const durationMs = sinceMs(startedMs, open.deps.clock.now());
  countRepeats(open.repeats, open.entries);
  const tell = (result: Pick<Result, "text" | "isError" | "files">) => {
    const isError = result.isError ?? false;
    return { ...result, text: tellRepeat(open.repeats, call, { text: result.text, isError }), isError };
  };
  const join: readonly TurnOp[] = joins ? [{ op: "turn.join" }] : [];
  try {
    await commitStep(
      open,
      ...resultOps(open, call, { outcome: tell(outcome), durationMs }),
      ...(outcome.ops ?? []),
      ...join,
    );
  } catch (error) {
    if (isBoundMet(error)) throw error;
    // The store enforces the limits (SU2): a refusal is an outcome of the call.
    if (!(error instanceof AppError) || isStoreFailure(error)) throw error;
    const refused = tell({ text: `refused: ${error.message}`, isError: true });
    await commitStep(open, ...resultOps(open, call, { outcome: refused, durationMs }), ...join);
  }
}

/** Returns the result of a call as an entry, with its step. */
export function resultOps(
  open: Pick<OpenTurn, "session" | "turn">,
  call: ToolCallRequest,
  result: {
    readonly outcome: Pick<Result, "text" | "isError" | "files">;
    readonly durationMs: number;
  },
): readonly (Op | TurnOp)[] {
  const id = makeId("entry");
  const { outcome, durationMs } = result;
  return [
    {
      op: "entry.append",
      entry: {
        id,
        sessionId: open.session.id,
        kind: "tool_result",
        text: outcome.text,
        turnId: open.turn.id,
        tool: { callId: call.callId, name: call.name, isError: outcome.isError ?? false, durationMs },
        ...(outcome.files === undefined || outcome.files.length === 0 ? {} : { attachments: [...outcome.files] }),
      },
    },
    {
      op: "turn.step",
      step: {
        kind: "tool_result",
        callId: call.callId,
        tool: call.name,
        entryId: id,
        inputTokens: 0,
        outputTokens: 0,
        durationMs,
      },
    },
  ];
}
