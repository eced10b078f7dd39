/**
 * Runs the `loop` runtime: one call of `run` is one answer of a model, or one compaction of the window. The engine does
 * what happens in between: it commits the answer, runs the tools and calls again, so a turn that dies goes on from its
 * last entry. Tools are passed only as schemas; nothing here runs one.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { ModelUse, Runtime } from "@reef/engine/port/runtime";
import { runStep } from "./answer-step.ts";
import { completeOnce } from "./completion.ts";
import type { Loop, LoopLog, SharedModel } from "./loop-state.ts";
import { type CallTimes, defaultCallTimes } from "./model-call.ts";
import type { ModelSource } from "./settings.ts";

export type { LoopLog };

export interface LoopOptions {
  readonly models: ModelSource;
  readonly clock: Clock;
  readonly log: LoopLog;
  readonly times?: Partial<CallTimes>;
}

/**
 * Creates the runtime that runs turns on language models. Start-up loads no provider: the first call of each kind does,
 * once. Many turns may run in parallel. A call throws `RuntimeFailure` whose message names model, host and what to do,
 * and never a key; after an abort it throws the signal's reason immediately (TU6).
 */
export function createLoopRuntime({ models, clock, log, times }: LoopOptions): Runtime {
  const known = { memories: new Map(), shares: new Map() };
  const loop: Loop = { models, clock, log, times: { ...defaultCallTimes, ...times }, ...known };
  return {
    name: "loop",
    reservesCalls: true,
    run: (context) => runStep(loop, context),
    complete: (request) => completeOnce(loop, request),
    retryModel(name) {
      for (const { names, share } of loop.shares.values()) if (names.has(name)) share.retryNow();
    },
    models: () => [...loop.shares.values()].flatMap(usesOf),
  };
}

function usesOf({ names, share }: SharedModel): ModelUse[] {
  const { waiting, down, opensAtMs } = share;
  return [...names].map((name) => ({ name, waiting, isDown: down !== null, opensAtMs }));
}
