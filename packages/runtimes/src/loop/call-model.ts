/**
 * One answer of a model, whatever it takes: streams it, gives up on a silent or broken stream, tries again with
 * growing pauses where that may help. A retry is yielded before the pause, because the live text of the broken attempt
 * is void. An abort ends it at any await (TU6), and closes the connection.
 */

import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Clock } from "@reef/engine/port/clock";
import type { RuntimeStep, ToolCallRequest } from "@reef/engine/port/runtime";
import { CallError, describeFailure, UnusableAnswer } from "./failure.ts";
import type { ModelChoice } from "./models.ts";
import { statedCost } from "./price.ts";

export interface CallTimes {
  /** Attempts in all. */
  readonly tries: number;
  /** Pause before the second attempt, in milliseconds; doubles from there. */
  readonly pauseMs: number;
  /** A provider that asks for a longer pause is left alone: the turn gives its lane back instead. */
  readonly maxPauseMs: number;
  /** Silence after which an attempt is given up, in milliseconds. */
  readonly stallMs: number;
}

export const defaultCallTimes: CallTimes = { tries: 4, pauseMs: 500, maxPauseMs: 60_000, stallMs: 60_000 };

export interface ModelCall {
  readonly model: LanguageModelV4;
  readonly choice: ModelChoice;
  readonly options: Omit<LanguageModelV4CallOptions, "abortSignal">;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly times: CallTimes;
  /** Spreads the retries of many turns; the same seed gives the same pauses. */
  readonly seed: string;
}

export interface ModelAnswer {
  readonly text: string;
  readonly calls: readonly ToolCallRequest[];
  /** As the provider counted; null when it did not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Of the input tokens, those that the provider had kept from an earlier call. */
  readonly cachedInputTokens: number;
  /** What the provider says that it took for the call, in US dollars. */
  readonly statedCostUsd: number | null;
}

export type LiveStep = Extract<RuntimeStep, { type: "delta" | "retry" }>;

export const cutOffNote = "[The answer was cut off here: it reached the model's limit of output tokens.]";

export async function* callModel(call: ModelCall): AsyncGenerator<LiveStep, ModelAnswer> {
  const { choice, signal, clock, times, seed } = call;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return yield* attemptCall(call);
    } catch (error) {
      signal.throwIfAborted();
      const failure = describeFailure(error, choice, clock.now());
      const pauseMs = failure.retryAfterMs ?? backOff({ times, attempt, seed });
      if (!failure.retry || attempt >= times.tries || pauseMs > times.maxPauseMs) {
        throw new CallError(failure, attempt);
      }
      yield { type: "retry", reason: failure.message };
      await clock.sleep(pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

function backOff({ times, attempt, seed }: { times: CallTimes; attempt: number; seed: string }): number {
  let hash = attempt;
  for (const character of seed) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const spread = 0.75 + (hash % 1000) / 2000;
  return Math.min(times.pauseMs * 2 ** (attempt - 1) * spread, times.maxPauseMs);
}

async function* attemptCall({
  model,
  options,
  signal,
  clock,
  times,
}: ModelCall): AsyncGenerator<LiveStep, ModelAnswer> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const watch = { lastAt: clock.now() };
  void watchSilence({ watch, stop, clock, stallMs: times.stallMs });
  const draft: Draft = { text: "", calls: [], finish: null };
  try {
    const { stream } = await model.doStream({ ...options, abortSignal: stop.signal });
    for await (const part of stream) {
      watch.lastAt = clock.now();
      const text = takePart(draft, part);
      if (text !== "") yield { type: "delta", text };
    }
    const end = endDraft(draft);
    if (end !== "") yield { type: "delta", text: end };
    const usage = draft.finish?.usage;
    return {
      text: draft.text,
      calls: draft.calls,
      inputTokens: usage?.inputTokens.total ?? null,
      outputTokens: usage?.outputTokens.total ?? null,
      cachedInputTokens: usage?.inputTokens.cacheRead ?? 0,
      statedCostUsd: statedCost(usage?.raw),
    };
  } catch (error) {
    // The stream's own error is then only an echo of our stop.
    throw stop.signal.reason instanceof UnusableAnswer ? stop.signal.reason : error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    stop.abort();
  }
}

interface Silence {
  readonly watch: { readonly lastAt: number };
  readonly stop: AbortController;
  readonly clock: Clock;
  readonly stallMs: number;
}

async function watchSilence({ watch, stop, clock, stallMs }: Silence): Promise<void> {
  while (!stop.signal.aborted) {
    const leftMs = watch.lastAt + stallMs - clock.now();
    if (leftMs <= 0) stop.abort(new UnusableAnswer(`said nothing for ${Math.round(stallMs / 1000)} s`, true));
    else await clock.sleep(leftMs, stop.signal);
  }
}

/** An answer as it comes in. */
interface Draft {
  text: string;
  readonly calls: ToolCallRequest[];
  finish: Extract<LanguageModelV4StreamPart, { type: "finish" }> | null;
}

/** Adds a part; its live text. Throws what an error part carries. */
function takePart(draft: Draft, part: LanguageModelV4StreamPart): string {
  switch (part.type) {
    case "text-delta":
      draft.text += part.delta;
      return part.delta;
    case "tool-call":
      // Calls that the provider ran itself are part of its answer and nothing for us to do.
      if (!part.providerExecuted) {
        draft.calls.push({ callId: part.toolCallId, name: part.toolName, input: parseInput(part.input) });
      }
      return "";
    case "error":
      throw part.error;
    case "finish":
      draft.finish = part;
      return "";
    default:
      return ""; // reasoning, sources, files and pings: not part of a transcript
  }
}

/** Ends the draft; live text to add. Throws when there is no answer that could be used. */
function endDraft(draft: Draft): string {
  const reason = draft.finish?.finishReason.unified;
  if (reason === undefined || reason === "error" || reason === "interrupted") {
    throw new UnusableAnswer("ended its answer without finishing it", true);
  }
  if (reason === "content-filter") {
    const said = draft.text.trim() === "" ? "" : `; it said: ${draft.text.trim().slice(0, 200)}`;
    throw new UnusableAnswer(`did not answer: its content filter stopped it${said}`, false);
  }
  if (reason === "length") {
    const note = draft.text === "" ? cutOffNote : `\n\n${cutOffNote}`;
    draft.text += note;
    return note;
  }
  if (draft.text.trim() === "" && draft.calls.length === 0) throw new UnusableAnswer("gave an empty answer", true);
  return "";
}

/** Malformed input stays the text it is: the engine answers the call with an error the model can mend. */
function parseInput(input: string): unknown {
  if (input.trim() === "") return {};
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}
