/**
 * Makes one attempt at a model's answer in its turn among the bots that share the model's limits (TU9). A turn whose
 * place is far off gives its lane back, which counts no attempt.
 */
import { RuntimeFailure } from "@reef/engine/port/runtime";
import { attemptCall } from "../attempt.ts";
import { describeFailure } from "../failure/describe.ts";
import type { ModelAnswer } from "../model-answer.ts";
import { type LiveStep, type ModelCall, nameOf } from "../model-call.ts";
import type { WireNotes } from "../provider/wire/wire-notes.ts";
import type { CallEnd } from "./provider-share.ts";

/** How long a call waits in its lane for its place, in milliseconds, and how soon it comes back to wait again. */
const mostInLaneMs = 20_000;
const backAfterMs = 5_000;

export async function* attemptInTurn(call: ModelCall, notes: WireNotes): AsyncGenerator<LiveStep, ModelAnswer> {
  const { share, botId } = call;
  yield* waitForPlace(call);
  let end: CallEnd = { isLimited: false, isAnswered: false };
  try {
    const answer = yield* attemptCall(call, notes);
    end = { isLimited: false, isAnswered: true };
    return answer;
  } catch (error) {
    end = endOf(error, call, notes);
    throw error;
  } finally {
    share.leave(botId, end);
  }
}

async function* waitForPlace(call: ModelCall): AsyncGenerator<LiveStep, void> {
  const { share, botId, signal, clock } = call;
  const late = new AbortController();
  const place = share.enter(botId, AbortSignal.any([signal, late.signal]));
  if (place === null) return;
  const entered = place.then(
    () => true,
    () => false,
  );
  yield { type: "phase", phase: "waiting", reason: `Waiting for ${nameOf(call)}, which limits its requests` };
  await Promise.race([entered, clock.sleep(mostInLaneMs, AbortSignal.any([signal, late.signal]))]);
  late.abort();
  if (await entered) return;
  signal.throwIfAborted();
  const opensInMs = (share.opensAtMs ?? 0) - clock.now();
  throw new RuntimeFailure(`${nameOf(call)} limits its requests, and ${share.waiting} others wait for it too`, {
    retry: true,
    isOutage: true,
    retryAfterMs: Math.max(backAfterMs, opensInMs),
  });
}

function endOf(error: unknown, { choice, clock, signal }: ModelCall, notes: WireNotes): CallEnd {
  if (signal.aborted) return { isLimited: false, isAnswered: false };
  const { isRateLimit, retryAfterMs } = describeFailure(error, { choice, nowMs: clock.now(), sent: notes.sent });
  return isRateLimit ? { isLimited: true, retryAfterMs } : { isLimited: false, isAnswered: false };
}
