/** Reads the machine's clock; nothing else in the server does. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "@reef/engine/port/clock";

/** A timer with a longer delay fires immediately. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms, signal) => {
    const endsAt = performance.now() + (Number.isNaN(ms) ? 0 : ms);
    for (let leftMs = ms; ; leftMs = endsAt - performance.now()) {
      await delay(Math.min(leftMs, longestTimerMs), undefined, signal === undefined ? {} : { signal }).catch(
        () => undefined,
      );
      if (signal?.aborted === true || !(leftMs > longestTimerMs)) return;
    }
  },
};
