/**
 * Makes one attempt at a model's answer in its turn among the bots that share the model's limits (TU9). A turn whose
 * place is far off, or whose provider is down, gives its lane back, which counts no attempt.
 */
import { RuntimeFailure } from "@reef/engine/port/runtime";
import { attemptCall } from "../attempt.ts";
import type { CallFailure } from "../failure/call-error.ts";
import { describeFailure } from "../failure/describe.ts";
import type { ModelAnswer } from "../model-answer.ts";
import { type LiveStep, type ModelCall, nameOf } from "../model-call.ts";
import type { WireNotes } from "../provider/wire/wire-notes.ts";
import { windowTokensOf } from "../reserve-attempt.ts";
import type { CallEnd, Caller } from "./call-end.ts";
import { ProviderDown } from "./provider-share.ts";

/** How long a call waits in its lane for its place, in milliseconds, and how soon it comes back to wait again. */
const mostInLaneMs = 20_000;
/** With another model at hand, a turn waits no longer than this. */
const mostBesideFallbackMs = 5_000;
const backAfterMs = 5_000;
/** A turn comes back after a fifth of the time that its provider has been down, within these bounds. */
const mostBackMs = 60_000;
/** What an answer takes of a limit of tokens, beside the window. */
const answerTokens = 500;

export async function* attemptInTurn(call: ModelCall, notes: WireNotes): AsyncGenerator<LiveStep, ModelAnswer> {
  const { share } = call;
  const tokens = windowTokensOf(call.options) * call.density + answerTokens;
  const caller: Caller = { botId: call.botId, turn: call.seed, tokens };
  yield* waitForPlace(call, caller);
  notes.onRates = (rates) => share.learn(caller, rates);
  let end: CallEnd = { type: "stopped" };
  try {
    const answer = yield* attemptCall(call, notes);
    end = { type: "answered" };
    return answer;
  } catch (error) {
    end = endOf(error, call, notes);
    throw error;
  } finally {
    share.leave(caller, end);
  }
}

async function* waitForPlace(call: ModelCall, caller: Caller): AsyncGenerator<LiveStep, void> {
  const { share, signal, clock } = call;
  const late = new AbortController();
  const place = share.enter(caller, AbortSignal.any([signal, late.signal]));
  if (place === null) return;
  const entered = place.then(
    () => true,
    () => false,
  );
  const isDown = await Promise.race([place.then(isNotDown, isOfDown), Promise.resolve().then(() => false)]);
  if (!isDown) {
    yield { type: "phase", phase: "waiting", reason: `Waiting for ${nameOf(call)}, which limits its requests` };
    const mostMs = call.hasFallback ? mostBesideFallbackMs : mostInLaneMs;
    await Promise.race([entered, clock.sleep(mostMs, AbortSignal.any([signal, late.signal]))]);
    late.abort();
  }
  if (await entered) return;
  signal.throwIfAborted();
  if (share.down !== null) throw downFailure(call, share.down.reason);
  const opensInMs = (share.opensAtMs ?? 0) - clock.now();
  throw new RuntimeFailure(`${nameOf(call)} limits its requests, and ${share.waiting} others wait for it too`, {
    retry: true,
    isOutage: true,
    model: { name: nameOf(call), state: "limited" },
    retryAfterMs: Math.max(backAfterMs, opensInMs),
  });
}

const isNotDown = () => false;
const isOfDown = (error: unknown) => error instanceof ProviderDown;

/** The failure of a turn that waits for a provider that is down. */
export function downFailure(call: ModelCall, reason: string): RuntimeFailure {
  const { share, clock } = call;
  const now = clock.now();
  const { sinceMs = now, nextAtMs = now } = share.down ?? {};
  const ownMs = Math.min(Math.max(backAfterMs, (now - sinceMs) / 5), mostBackMs);
  return new RuntimeFailure(reason, {
    retry: true,
    isOutage: true,
    model: { name: nameOf(call), state: "down" },
    retryAfterMs: Math.round(Math.max(ownMs, nextAtMs - now)),
  });
}

function endOf(error: unknown, { choice, clock, signal }: ModelCall, notes: WireNotes): CallEnd {
  if (signal.aborted) return { type: "stopped" };
  const failure = describeFailure(error, { choice, nowMs: clock.now(), sent: notes.sent });
  if (failure.isRateLimit) return { type: "limited", retryAfterMs: failure.retryAfterMs };
  return isOfProvider(failure)
    ? { type: failure.isUnreachable ? "unreachable" : "failed", reason: failure.message }
    : { type: "refused" };
}

/** A model that is being loaded works; an empty answer is one. */
function isOfProvider({ kind, isLoading, isFinal }: CallFailure): boolean {
  return kind === "passing" && !isLoading && !isFinal;
}
