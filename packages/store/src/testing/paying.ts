/**
 * Starts an engine whose turns each make one model call of a known size. Each call is noted in a file of its own when it
 * leaves, so that what was really called is known whatever dies.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultSettings } from "@reef/engine/deps";
import { startEngine } from "@reef/engine/engine";
import type { RuntimeStep } from "@reef/engine/port/runtime";
import type { Store } from "@reef/engine/port/store";
import { createScriptedRuntime } from "@reef/engine/testing/scripted-runtime";

export const turns = 50;
export const callTokens = 100;
export const limitTokens = 20 * callTokens;

/** Timers cannot be set for longer. */
const longestMs = 2 ** 31 - 1;

export const realClock = {
  now: () => performance.timeOrigin + performance.now(),
  steady: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, longestMs));
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** Reserves each call before it leaves, as the loop does. */
export function startPaying(store: Store, calls: string) {
  mkdirSync(calls, { recursive: true });
  let n = 0;
  const runtime = createScriptedRuntime(async function* ({ reserve, turn }): AsyncGenerator<RuntimeStep> {
    await reserve?.({ inputTokens: 60, maxOutputTokens: 40, price: null });
    n += 1;
    writeFileSync(join(calls, `${process.pid}-${n}-${turn.id}`), "");
    await realClock.sleep(2 + (n % 5));
    yield { type: "answer", text: "done", calls: [], inputTokens: 60, outputTokens: 40 };
  });
  return startEngine({
    store,
    clock: realClock,
    settings: defaultSettings,
    runtimes: new Map([["loop", { ...runtime, reservesCalls: true }]]),
    live: { publish: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}
