/** Runs a loop runtime on a test's own server, and returns the result of a run. */
import type { Clock } from "@reef/engine/port/clock";
import { RuntimeFailure, type RuntimeStep } from "@reef/engine/port/runtime";
import { createLoopRuntime } from "../loop/loop-runtime.ts";
import type { CallTimes } from "../loop/model-call.ts";
import { fixedModels, type ModelSource, type ProviderSettings } from "../loop/settings.ts";

export const testKey = "very-secret-0123456789";

/** Pauses end immediately; silence never does. */
export const hastyClock: Clock = {
  now: () => 0,
  steady: () => performance.now(),
  sleep: (ms, signal) =>
    ms < 1_000 ? Promise.resolve() : new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
};

export interface KitOptions {
  readonly clock?: Clock;
  readonly times?: Partial<CallTimes>;
  readonly provider?: Partial<ProviderSettings>;
  readonly model?: string;
}

export function loopOn(url: string, { clock = hastyClock, times = {}, provider, model = "m" }: KitOptions = {}) {
  const main = { kind: "openai-compatible" as const, baseUrl: url, apiKey: testKey, ...provider };
  const models: ModelSource = fixedModels({ defaultProvider: "main", defaultModel: model, providers: { main } });
  const log = { warn: () => undefined };
  return { models, runtime: createLoopRuntime({ models, clock, log, times: { pauseMs: 1, ...times } }) };
}

export interface Outcome {
  readonly answer: Extract<RuntimeStep, { type: "answer" }> | null;
  readonly failure: RuntimeFailure | null;
  /** Every piece of live text, in order, void attempts included. */
  readonly deltas: readonly string[];
  readonly steps: readonly RuntimeStep[];
  readonly paid: readonly Extract<RuntimeStep, { type: "paid" }>[];
}

export async function outcomeOf(steps: AsyncIterable<RuntimeStep>): Promise<Outcome> {
  const all: RuntimeStep[] = [];
  let failure: RuntimeFailure | null = null;
  try {
    for await (const step of steps) all.push(step);
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    failure = error;
  }
  const last = all.at(-1);
  return {
    answer: last?.type === "answer" ? last : null,
    failure,
    deltas: all.flatMap((step) => (step.type === "delta" ? [step.text] : [])),
    steps: all,
    paid: all.filter((step) => step.type === "paid"),
  };
}
