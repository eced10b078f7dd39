/** The only place in the server that reads the machine's clock. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "@reef/engine/port/clock";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
