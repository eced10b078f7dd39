/**
 * Gets one answer of a model: retries, with growing pauses, where that may help, and counts the cost of lost attempts
 * (PR3). A retry is yielded before the pause, because the live text of the broken attempt is void. An abort ends it at
 * any await (TU6), and closes the connection. The caller handles failures that need another prompt or other tools.
 */

import { RuntimeFailure } from "@reef/engine/port/runtime";
import { spreadOf } from "../spread.ts";
import { CallError, type CallFailure } from "./failure/call-error.ts";
import { describeFailure } from "./failure/describe.ts";
import { mostWaitMs } from "./failure/retry-after.ts";
import type { ModelAnswer } from "./model-answer.ts";
import { type CallTimes, type LiveStep, type ModelCall, nameOf } from "./model-call.ts";
import type { ModelChoice } from "./models.ts";
import { costOf } from "./price.ts";
import type { WireUsage } from "./provider/wire/usage.ts";
import { newWireNotes, type WireNotes } from "./provider/wire/wire-notes.ts";
import { reserveAttempt } from "./reserve-attempt.ts";
import { attemptInTurn, downFailure } from "./share/shared-attempt.ts";

/** How often a call that its provider refused as malformed is requested again. */
const mostMalformed = 2;
/** A model that is being loaded is asked again after this long at the latest. */
const mostLoadPauseMs = 15_000;
/** A turn that its provider's limits refused again and again comes back after this long at the earliest. */
const leastLimitedMs = 10_000;

export async function* callModel(call: ModelCall): AsyncGenerator<LiveStep, ModelAnswer> {
  const { choice, signal, clock, times, seed } = call;
  const startedAt = clock.now();
  let malformed = 0;
  let loads = 0;
  for (let attempt = 1; ; attempt += 1) {
    const notes = newWireNotes();
    // Nothing is reserved for a call that cannot go out.
    const { down } = call.share;
    if (down !== null && clock.now() < down.nextAtMs) throw downFailure(call, down.reason);
    // Outside the try: a turn that must pause has not failed.
    const affordable = await reserveAttempt(call);
    try {
      return yield* attemptInTurn(affordable, notes);
    } catch (error) {
      if (error instanceof RuntimeFailure && error.isOutage) throw error;
      // Also counts a call that was stopped: the stop does not wait for this.
      if (notes.usage !== null) yield paidStep(choice, notes.usage);
      signal.throwIfAborted();
      const failure = describeFailure(error, { choice, nowMs: clock.now(), sent: notes.sent });
      if (failure.isLoading && clock.now() - startedAt < firstTokenMsOf(call)) {
        loads += 1;
        attempt -= 1;
        yield { type: "retry", reason: failure.message };
        const pauseMs = pauseBefore({ failure, times, attempt: loads, seed });
        await clock.sleep(Math.min(pauseMs, mostLoadPauseMs), signal);
        signal.throwIfAborted();
        continue;
      }
      if (call.share.down !== null && failure.kind === "passing") throw downFailure(call, failure.message);
      malformed += failure.kind === "malformed" ? 1 : 0;
      const mayHelp = failure.kind === "passing" || (failure.kind === "malformed" && malformed <= mostMalformed);
      const pauseMs = pauseBefore({ failure, times, attempt, seed });
      if (
        !mayHelp ||
        attempt >= Math.min(times.tries, failure.mostTries ?? times.tries) ||
        pauseMs > times.maxPauseMs
      ) {
        throw failure.isRateLimit ? limitedFailure(call, failure) : new CallError(failure, attempt);
      }
      yield { type: "retry", reason: failure.message };
      await clock.sleep(pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

/** Its limits say nothing of the turn: it waits, and no attempt is counted (TU9). */
function limitedFailure(call: ModelCall, { message, retryAfterMs }: CallFailure): RuntimeFailure {
  const { share, clock } = call;
  const opensInMs = (share.opensAtMs ?? 0) - clock.now();
  return new RuntimeFailure(message, {
    retry: true,
    isOutage: true,
    model: { name: nameOf(call), state: "limited" },
    retryAfterMs: Math.max(retryAfterMs ?? 0, opensInMs, leastLimitedMs),
  });
}

function firstTokenMsOf({ choice, times }: Pick<ModelCall, "choice" | "times">): number {
  return choice.provider.firstTokenMs ?? times.firstTokenMs;
}

function paidStep(choice: ModelChoice, usage: WireUsage): LiveStep {
  const tokens = { inputTokens: usage.inputTokens ?? 0, outputTokens: usage.outputTokens ?? 0 };
  const costUsd = costOf(choice.price, {
    ...tokens,
    cachedInputTokens: usage.cachedInputTokens,
    statedCostUsd: usage.costUsd,
  });
  return { type: "paid", ...tokens, ...(costUsd !== undefined && { costUsd }) };
}

interface Pause {
  readonly failure: CallFailure;
  readonly times: CallTimes;
  readonly attempt: number;
  readonly seed: string;
}

function pauseBefore({ failure, times, attempt, seed }: Pause): number {
  const spread = 0.75 + spreadOf(seed, attempt) / 2;
  const own = Math.min(times.pauseMs * 2 ** (attempt - 1) * spread, times.maxPauseMs);
  // A provider that says “now” is asked again no sooner than one that says nothing.
  return Math.min(Math.max(failure.retryAfterMs ?? 0, own), mostWaitMs);
}

export type { ModelAnswer, WireNotes };
