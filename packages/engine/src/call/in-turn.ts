/**
 * Runs a call from outside the loop that belongs to a turn of this worker. Its effects commit under the turn's fence
 * with call and result as entries (TU1, MB5). It waits for as long as its caller stays. A reply that arrives in that
 * time is taken into the turn and returned with its text, because the gateway's model does not see our transcript.
 */
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";
import { isStoreFailure } from "../commit.ts";
import { makeId } from "../ids.ts";
import { isBoundMet } from "../mailbox/chain-bounds.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { frameKey, type QuoteSource, quoteText } from "../prompt/quote.ts";
import type { ToolOutcome, ToolRun } from "../tool/tool.ts";
import { boundOutput } from "../turn/call-output.ts";
import { resultOps } from "../turn/call-result.ts";
import { commitStep } from "../turn/commit-step.ts";
import type { OpenTurn, RunningTurn } from "../turn/open-turn.ts";
import { Stopped } from "../turn/stop.ts";
import { type CallResult, failed, lateText, type PreparedCall, runGuarded, toCallResult } from "./outcome.ts";
import { EventWatch } from "./wait.ts";

type Result = Extract<ToolOutcome, { type: "result" }>;

export async function callInTurn({ open, ended }: RunningTurn, call: PreparedCall): Promise<CallResult> {
  const signal = AbortSignal.any([open.signal, ended, call.signal]);
  try {
    return await runUntilDone(open, call, signal);
  } catch (error) {
    // The claim is lost: another worker has the turn, and a repeated call will find it there.
    if (error instanceof Stopped) return failed("Reef has given this turn to another worker; try again");
    throw error;
  }
}

async function runUntilDone(open: OpenTurn, call: PreparedCall, signal: AbortSignal): Promise<CallResult> {
  const { deps } = open;
  const { tool, input, request } = call;
  const startedMs = deps.clock.now();
  const endMs = startedMs + request.waitMs;
  using watch = new EventWatch(deps);
  for (;;) {
    if (signal.aborted) return failed(call.signal.aborted ? "the caller disconnected" : "the turn was stopped");
    const outcome = await runGuarded(deps, tool, () => tool.run(toolRun(open, call, { startedMs, signal }), input));
    try {
      if (outcome.type === "result")
        return await finish(open, call, { outcome: await withReplies(open, outcome), startedMs });
      if (outcome.ops !== undefined && outcome.ops.length > 0) await commitStep(open, ...outcome.ops);
    } catch (error) {
      // Another turn of the chain used up the bound: the next look sees that (BO1).
      if (isBoundMet(error)) continue;
      throw error;
    }
    const restMs = endMs - deps.clock.now();
    if (restMs > 0) {
      const untilMs = outcome.until === null ? restMs : Date.parse(outcome.until) - deps.clock.now();
      await watch.next(outcome.waits, Math.max(1, Math.min(restMs, untilMs)), signal);
      continue;
    }
    const detached = outcome.waits.flatMap((wait) =>
      wait.for === "ask" ? [{ op: "ask.detach" as const, id: wait.askId }] : [],
    );
    try {
      return await finish(open, call, {
        outcome: { type: "result", text: lateText(outcome), ops: detached },
        startedMs,
        isLate: true,
      });
    } catch (error) {
      // The answer arrived in this very moment: the next look finds it.
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    }
  }
}

function toolRun(
  open: OpenTurn,
  { request }: PreparedCall,
  { startedMs, signal }: { readonly startedMs: number; readonly signal: AbortSignal },
): ToolRun {
  const { deps, bot, session, turn, messages } = open;
  const { key, hasHeardOthers } = request;
  const startedAt = msToIso(startedMs);
  return { deps, bot, session, turn, messages, callId: key, startedAt, answers: "message", hasHeardOthers, signal };
}

async function finish(
  open: OpenTurn,
  call: PreparedCall,
  done: { readonly outcome: Result; readonly startedMs: number; readonly isLate?: boolean },
): Promise<CallResult> {
  const { deps, session } = open;
  const outcome = await boundOutput(open, call.tool, done.outcome);
  const durationMs = deps.clock.now() - done.startedMs;
  try {
    await commitStep(open, ...entryOps(open, call, { outcome, durationMs }), ...(outcome.ops ?? []));
    return toCallResult(outcome);
  } catch (error) {
    if (!(error instanceof AppError) || isStoreFailure(error) || isBoundMet(error) || done.isLate === true) throw error;
    const earlier = await deps.store.read.keptCall(session.id, call.request.key);
    if (earlier !== null) return earlier;
    // The store enforces the limits (SU2): a refusal is an outcome of the call.
    const refused = failed(`refused: ${error.message}`);
    await commitStep(open, ...entryOps(open, call, { outcome: { type: "result", ...refused }, durationMs }));
    return refused;
  }
}

function entryOps(
  open: OpenTurn,
  { tool, request }: PreparedCall,
  { outcome, durationMs }: { readonly outcome: Result; readonly durationMs: number },
): readonly (Op | TurnOp)[] {
  const { input, key } = request;
  const { session, turn, entries } = open;
  const isUsed = entries.some((entry) => entry.turnId === turn.id && entry.tool?.callId === request.callId);
  const callId = isUsed ? key : request.callId;
  const made = { callId, name: tool.name, input };
  return [
    { op: "call.keep", sessionId: session.id, callId: key, ...toCallResult(outcome) },
    {
      op: "entry.append",
      entry: { id: makeId("entry"), sessionId: session.id, kind: "tool_call", text: "", turnId: turn.id, tool: made },
    },
    ...resultOps(open, made, { outcome, durationMs }),
  ];
}

/** Adds the text of the messages that the turn takes with this result. */
async function withReplies({ deps }: OpenTurn, outcome: Result): Promise<Result> {
  const taken = (outcome.ops ?? []).flatMap((op) => (op.op === "turn.take" ? op.messageIds : []));
  const messages = await Promise.all(taken.map((id) => deps.store.read.message(id)));
  const quotes = messages.flatMap((message) => {
    if (message === null) return [];
    const { from, id, text } = message;
    const source: QuoteSource =
      from.kind === "session"
        ? { from: from.botName, title: from.title, session: from.sessionId }
        : { from: from.kind };
    return [quoteText(text, { ...source, id }, frameKey(id))];
  });
  return quotes.length === 0 ? outcome : { ...outcome, text: [outcome.text, ...quotes].join("\n") };
}
