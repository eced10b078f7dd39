/** Reads the machine's clock; nothing else in the server does. */
import type { Clock } from "@reef/engine/port/clock";

/** A timer with a longer delay fires immediately. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms, signal) => {
    const endsAt = performance.now() + (Number.isNaN(ms) ? 0 : ms);
    for (let leftMs = ms; ; leftMs = endsAt - performance.now()) {
      await delay(Math.min(leftMs, longestTimerMs), signal);
      if (signal?.aborted === true || !(leftMs > longestTimerMs)) return;
    }
  },
};

/** The one of `timers/promises` creates an error, with its stack, for each sleep that is cut short; most are. */
function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms > 0 ? ms : 0);
    signal?.addEventListener("abort", end, { once: true });
  });
}
