/**
 * A turn from claim to settlement. The transcript is the journal: what comes next follows from it alone, so a turn that
 * died or waited goes on here exactly as a new one begins (TU2).
 *
 *   open calls?  → run them, commit each result        (tool-step.ts)
 *   else         → one model step, commit it           (model-step.ts)
 *   final answer → settle in the same commit           (settle.ts)
 */

import { msToIso } from "@reef/protocol/time";
import { makeId } from "../ids.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import type { Claim } from "../port/store.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { openCalls } from "./calls.ts";
import type { ModelStep } from "./model-step.ts";
import { takeModelStep } from "./model-step.ts";
import type { OpenTurn, TurnDeps } from "./open-turn.ts";
import { commitStep, openTurn } from "./open-turn.ts";
import { recoverTurn } from "./recover.ts";
import { settleCancelled, settleDone, settleFailed } from "./settle.ts";
import type { Stop } from "./stop.ts";
import { Stopped } from "./stop.ts";
import { runCalls } from "./tool-step.ts";

/** Runs the claimed turn until it settles, waits, or is stopped. Rejects only when the store cannot be written. */
export async function runTurn(deps: TurnDeps, claim: Claim, signal: AbortSignal): Promise<void> {
  const open = await openTurn(deps, claim, signal);
  const ended = new AbortController();
  deps.running.set(claim.turn.id, { open, ended: ended.signal });
  try {
    await advance(open);
  } catch (error) {
    if (error instanceof Stopped) await endStopped(open, error.stop);
    else if (error instanceof RuntimeFailure) await endFailed(open, error);
    else throw error;
  } finally {
    ended.abort();
    if (deps.running.get(claim.turn.id)?.open === open) deps.running.delete(claim.turn.id);
    deps.live.drop(claim.turn.id);
  }
}

async function advance(open: OpenTurn): Promise<void> {
  const { settings } = open.deps;
  if (open.turn.attempts >= settings.maxAttempts) {
    throw new RuntimeFailure(`the server stopped ${open.turn.attempts} times during this turn`, { retry: false });
  }
  if (open.claim.reason === "died") await recoverTurn(open);
  const maxSteps = open.bot.limits.maxSteps ?? settings.maxSteps;
  for (;;) {
    const calls = openCalls(open.entries, open.turn.id);
    if (calls.length > 0) {
      if ((await runCalls(open, calls)) === "waiting") return;
      continue;
    }
    if (open.turn.usage.modelCalls >= maxSteps) {
      throw new RuntimeFailure(`stopped after ${maxSteps} model calls in one turn`, { retry: false });
    }
    const startedMs = open.deps.clock.now();
    const step = await takeModelStep(open);
    const durationMs = open.deps.clock.now() - startedMs;
    if (step.type === "compaction") {
      await commitCompaction(open, step, durationMs);
      continue;
    }
    await commitAnswer(open, step, durationMs);
    if (step.calls.length === 0) return;
  }
}

type Answer = Extract<ModelStep, { type: "answer" }>;
type Compaction = Extract<ModelStep, { type: "compaction" }>;

/** The answer, its calls and, when it asks for nothing, the end of the turn: one unit. */
async function commitAnswer(open: OpenTurn, answer: Answer, durationMs: number): Promise<void> {
  const { deps, session, turn } = open;
  const id = answer.text === "" ? null : makeId("entry");
  const ops: (Op | TurnOp)[] = [];
  if (id !== null) {
    ops.push({
      op: "entry.append",
      entry: {
        id,
        sessionId: session.id,
        kind: "bot",
        text: answer.text,
        turnId: turn.id,
        ...(answer.externalId === undefined ? {} : { externalId: answer.externalId }),
      },
    });
  }
  const used = new Set(open.entries.flatMap((entry) => (entry.tool === null ? [] : [entry.tool.callId])));
  for (const call of answer.calls) ops.push(callEntry(open, uniqueCall(call, used)));
  ops.push({
    op: "turn.step",
    step: {
      kind: "model",
      callId: null,
      tool: null,
      entryId: id,
      inputTokens: answer.inputTokens,
      outputTokens: answer.outputTokens,
      costUsd: answer.costUsd,
      durationMs,
    },
  });
  const { recalled } = open.recall;
  if (recalled.length > 0) ops.push({ op: "turn.recalled", recalled: uniqueRecalls(recalled) });
  if (answer.calls.length === 0) ops.push(...(await settleDone(open, { entryId: id, text: answer.text })));
  await commitStep(open, ...ops);
  deps.live.drop(turn.id);
}

function uniqueRecalls(recalled: OpenTurn["recall"]["recalled"]): OpenTurn["recall"]["recalled"] {
  return [...new Map(recalled.map((each) => [each.memoryId, each])).values()];
}

function callEntry(open: OpenTurn, call: ToolCallRequest): Op {
  return {
    op: "entry.append",
    entry: {
      id: makeId("entry"),
      sessionId: open.session.id,
      kind: "tool_call",
      text: "",
      turnId: open.turn.id,
      tool: { callId: call.callId, name: call.name, input: call.input },
    },
  };
}

/** Some models number their calls from 1 in every answer; a call's id pairs it with its result, so it must be its own. */
function uniqueCall(call: ToolCallRequest, used: Set<string>): ToolCallRequest {
  const callId = call.callId === "" || used.has(call.callId) ? `${call.callId}_${makeId("entry")}` : call.callId;
  used.add(callId);
  return { ...call, callId };
}

async function commitCompaction(open: OpenTurn, compaction: Compaction, durationMs: number): Promise<void> {
  const id = makeId("entry");
  const { throughSeq, tokensBefore, inputTokens, outputTokens, costUsd } = compaction;
  await commitStep(
    open,
    {
      op: "entry.append",
      entry: {
        id,
        sessionId: open.session.id,
        kind: "notice",
        text: compaction.text,
        turnId: open.turn.id,
        notice: { type: "compaction", throughSeq, tokensBefore },
      },
    },
    {
      op: "turn.step",
      step: {
        kind: "compaction",
        callId: null,
        tool: null,
        entryId: id,
        inputTokens,
        outputTokens,
        costUsd,
        durationMs,
      },
    },
  );
  open.entries = await open.deps.store.read.window(open.session.id);
}

async function endStopped(open: OpenTurn, stop: Stop): Promise<void> {
  switch (stop.kind) {
    case "lost":
      return;
    case "shutdown":
      await end(open, [{ op: "turn.wait", waits: [], readyAt: msToIso(open.deps.clock.now()) }]);
      return;
    case "timeout":
      await end(open, await settleFailed(open, `it ran longer than ${Math.round(stop.afterMs / 1000)} s`));
      return;
    case "cancel":
      await end(open, await settleCancelled(open, stop));
      return;
  }
}

/** Tries again later while trying may help (MB7); the attempt is counted by the store. */
async function endFailed(open: OpenTurn, failure: RuntimeFailure): Promise<void> {
  const { settings, clock, log } = open.deps;
  if (failure.isOutage) {
    const readyAt = msToIso(clock.now() + (failure.retryAfterMs ?? settings.retryDelaysMs[0] ?? 0));
    await end(open, [{ op: "turn.wait", waits: [], readyAt }]);
    return;
  }
  const attempt = open.turn.attempts + 1;
  log.warn({ turnId: open.turn.id, attempt, reason: failure.message }, "a turn's runtime failed");
  if (!failure.retry || attempt >= settings.maxAttempts) {
    await end(open, await settleFailed(open, failure.message));
    return;
  }
  const backOffMs = settings.retryDelaysMs[attempt - 1] ?? settings.retryDelaysMs.at(-1) ?? 0;
  const readyAt = msToIso(clock.now() + Math.max(backOffMs, failure.retryAfterMs ?? 0));
  await end(open, [{ op: "turn.wait", waits: [], readyAt, failed: failure.message }]);
}

/** The last commit of a claim; a claim that was lost meanwhile has nothing left to say. */
async function end(open: OpenTurn, ops: readonly (Op | TurnOp)[]): Promise<void> {
  try {
    await commitStep(open, ...ops);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}
