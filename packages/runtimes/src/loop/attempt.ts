/**
 * Makes one attempt at a model's answer: its stream, watched for silence, becomes live text and finally an answer with
 * everything beside its text. Any byte is a sign of life (PR4); how long silence may last depends on whether the answer
 * has begun. Everything in an answer is bounded.
 */
import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { type AnswerDraft, draftText, newDraft, takePart } from "./answer-draft.ts";
import { endDraft } from "./end-draft.ts";
import { UnusableAnswer } from "./failure/call-error.ts";
import type { ModelAnswer } from "./model-answer.ts";
import type { LiveStep, ModelCall } from "./model-call.ts";
import { createWireFetch } from "./provider/wire/wire-fetch.ts";
import type { WireNotes } from "./provider/wire/wire-notes.ts";

/** Silence after everything that an answer needs: the server only keeps the connection open. */
const afterEndMs = 5_000;

export async function* attemptCall(call: ModelCall, notes: WireNotes): AsyncGenerator<LiveStep, ModelAnswer> {
  const { options, signal, clock, wire, reshape } = call;
  signal.throwIfAborted();
  yield { type: "phase", phase: "waiting" };
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const startedAt = clock.now();
  notes.lastByteAt = startedAt;
  notes.now = () => clock.now();
  void watchSilence({ call, notes, stop, startedAt });
  const draft = newDraft(call.manners);
  try {
    const model = await call.connect(createWireFetch({ wire, notes, reshape }));
    call.noteUse();
    const { stream } = await model.doStream({ ...options, abortSignal: stop.signal });
    for await (const part of stream) {
      if (isToken(part)) {
        notes.hasToken = true;
        notes.firstTokenMs ??= Math.max(0, clock.now() - startedAt);
      }
      yield* liveSteps(draft, takePart(draft, part));
      if (draft.isFull) break;
    }
    if (notes.failure !== null) throw notes.failure;
    yield* liveSteps(draft, draftText(draft, true));
    return yield* endDraft({ draft, notes, call });
  } catch (error) {
    // The package's error then only repeats our stop, or what the server said.
    if (stop.signal.reason instanceof UnusableAnswer) throw stop.signal.reason;
    throw error instanceof UnusableAnswer ? error : (notes.failure ?? error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stop.abort(null);
  }
}

function isToken({ type }: LanguageModelV4StreamPart): boolean {
  return /^(text|reasoning|tool-input)-(start|delta)$|^tool-call$/.test(type);
}

function* liveSteps(draft: AnswerDraft, text: string): Generator<LiveStep> {
  if (draft.isVoid) {
    draft.isVoid = false;
    yield { type: "retry", reason: "what the model said so far was a thought" };
    draft.isThinkingTold = false;
  }
  if (draft.reasoning !== "" && draft.text === text && !draft.isThinkingTold) {
    draft.isThinkingTold = true;
    yield { type: "phase", phase: "thinking" };
  }
  if (text !== "") yield { type: "delta", text };
}

interface SilenceWatch {
  readonly call: ModelCall;
  readonly notes: WireNotes;
  readonly stop: AbortController;
  readonly startedAt: number;
}

async function watchSilence({ call, notes, stop, startedAt }: SilenceWatch): Promise<void> {
  const { clock, times, choice } = call;
  const { firstTokenMs = times.firstTokenMs, betweenTokensMs = times.betweenTokensMs } = choice.provider;
  while (!stop.signal.aborted) {
    const patienceMs = notes.hasToken ? betweenTokensMs : firstTokenMs;
    const now = clock.now();
    const leftMs = notes.lastByteAt + (notes.isWhole ? Math.min(afterEndMs, patienceMs) : patienceMs) - now;
    const leftOfAllMs = startedAt + times.mostMs - now;
    if (leftOfAllMs <= 0) stop.abort(tooSlow(`was not done after ${inWords(times.mostMs)}`));
    else if (leftMs > 0) {
      // The first token shortens the limit, and so does the end, so it is checked again when they may have come.
      await clock.sleep(Math.min(leftMs, leftOfAllMs, Math.max(betweenTokensMs, 1_000), afterEndMs), stop.signal);
    } else if (notes.isWhole) {
      notes.endQuietly();
      return;
    } else {
      const what = notes.hasToken ? "sent nothing for" : "sent no first token for";
      stop.abort(tooSlow(`${what} ${inWords(patienceMs)}`));
    }
  }
}

function tooSlow(message: string): UnusableAnswer {
  return new UnusableAnswer(message, "silent");
}

function inWords(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}
