/**
 * Runs a turn from claim to settlement. The transcript is the journal: what comes next follows from it alone, so a turn
 * that died or waited goes on here exactly as a new one begins (TU2).
 *
 *   paused?      → wait, or take the person's answer   (pause.ts)
 *   open calls?  → run them, commit each result        (tool-step.ts)
 *   else         → one model step, commit it           (model-step.ts, answer.ts)
 *   final answer → settle in the same commit           (settle.ts)
 */

import { msToIso } from "@reef/protocol/time";
import { RuntimeFailure } from "../port/runtime.ts";
import type { Claim } from "../port/store.ts";
import { sinceMs, toldWait } from "../port/told-numbers.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { commitAnswer, commitCompaction } from "./answer.ts";
import { openCalls } from "./calls.ts";
import { pauseWithChain } from "./chain-pause.ts";
import { commitStep } from "./commit-step.ts";
import { takeModelStep } from "./model-step.ts";
import type { OpenTurn, TurnDeps } from "./open-turn.ts";
import { openTurn } from "./open-turn.ts";
import { pauseIfNeeded, takeAnswer } from "./pause.ts";
import { recoverTurn } from "./recover.ts";
import { isUnreadableAgain } from "./repeats.ts";
import { BudgetPause, endIfBudgetStopped, pauseForBudget } from "./reserve.ts";
import { leaveCalls, settleCancelled, settleFailed } from "./settle.ts";
import type { Stop } from "./stop.ts";
import { Stopped } from "./stop.ts";
import { runCalls } from "./tool-step.ts";
import { waitForProvider } from "./wait-for-provider.ts";

/**
 * Runs the claimed turn until it settles, waits, or is stopped. Rejects if it broke off: the caller must then give it
 * back.
 */
export async function runTurn(
  deps: TurnDeps,
  claim: Claim,
  signals: Pick<OpenTurn, "signal" | "workerEnds">,
): Promise<void> {
  const open = await openTurn(deps, claim, signals);
  const ended = new AbortController();
  deps.running.set(claim.turn.id, { open, ended: ended.signal });
  try {
    await advance(open);
  } catch (error) {
    if (error instanceof Stopped) await endStopped(open, error.stop);
    else if (error instanceof BudgetPause) await end(open, () => pauseForBudget(open, error));
    else if (error instanceof RuntimeFailure) await endFailed(open, error);
    else throw error;
  } finally {
    ended.abort(null);
    if (deps.running.get(claim.turn.id)?.open === open) deps.running.delete(claim.turn.id);
    deps.live.drop(claim.turn.id);
  }
}

async function advance(open: OpenTurn): Promise<void> {
  const { settings } = open.deps;
  if (open.turn.attempts >= settings.maxAttempts) {
    const { attempts, error } = open.turn;
    const died = `the server stopped ${attempts} times during this turn`;
    throw new RuntimeFailure(open.claim.reason === "died" ? died : (error ?? died), { retry: false });
  }
  if (open.claim.reason === "died") await recoverTurn(open);
  if (await endIfBudgetStopped(open)) return;
  if ((await takeAnswer(open)) !== "goes on") return;
  const maxCalls = open.bot.limits.maxSteps ?? settings.maxSteps;
  for (;;) {
    if (open.deps.isDraining()) throw new Stopped({ kind: "shutdown" });
    const calls = openCalls(open.entries, open.turn.id);
    if (calls.length > 0) {
      if ((await runCalls(open, calls)) === "waiting") return;
      continue;
    }
    if (await pauseIfNeeded(open, maxCalls)) return;
    if (await pauseWithChain(open)) return;
    if (isUnreadableAgain(open.repeats)) throw new RuntimeFailure(unreadableReason, { retry: false });
    const startedMs = open.deps.clock.now();
    const step = await takeModelStep(open);
    const durationMs = sinceMs(startedMs, open.deps.clock.now());
    if (step.type === "compaction") {
      await commitCompaction(open, step, durationMs);
      continue;
    }
    if (await commitAnswer(open, step, durationMs)) return;
  }
}

const unreadableReason =
  "three answers in a row contained only tool calls with unreadable arguments: they were cut off, or the model cannot use tools";

async function endStopped(open: OpenTurn, stop: Stop): Promise<void> {
  switch (stop.kind) {
    case "lost":
      return;
    case "shutdown":
      await end(open, [...leaveCalls(open), { op: "turn.wait", waits: [], readyAt: msToIso(open.deps.clock.now()) }]);
      return;
    case "timeout":
      await end(open, await settleFailed(open, `it ran longer than ${Math.round(stop.afterMs / 1000)} s`));
      return;
    case "cancel":
      await end(open, await settleCancelled(open, stop));
      return;
  }
}

/** Tries again later while that may help (MB7); the store counts the attempt. */
async function endFailed(open: OpenTurn, failure: RuntimeFailure): Promise<void> {
  const { settings, clock, log } = open.deps;
  if (failure.isOutage && failure.model !== null) {
    await end(open, await waitForProvider(open, failure, failure.model));
    return;
  }
  if (failure.isOutage) {
    const readyAt = msToIso(clock.now() + toldWait(failure.retryAfterMs ?? settings.retryDelaysMs[0]));
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
  const readyAt = msToIso(clock.now() + Math.max(backOffMs, toldWait(failure.retryAfterMs)));
  await end(open, [{ op: "turn.wait", waits: [], readyAt, failed: failure.message }]);
}

/** Makes the last commit of a claim. Does nothing more if the claim was lost. */
async function end(open: OpenTurn, last: readonly (Op | TurnOp)[] | (() => Promise<void>)): Promise<void> {
  try {
    await (typeof last === "function" ? last() : commitStep(open, ...last));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}
