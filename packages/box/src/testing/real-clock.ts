/** The machine's clock, for tests that run real commands. They wait for what happens, never for a time. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "@reef/engine/port/clock";

export const realClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
