/** Keeps the time in one cell for the whole page: one timer moves all parts that show how long something takes. */
import type { Watched } from "./cell.ts";
import { nowMs } from "./clock.ts";

/** Milliseconds since the epoch while there are listeners; without them no timer runs. */
export function createTicker(everyMs: number): Watched<number> {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = nowMs();
  const tick = (): void => {
    now = nowMs();
    for (const listener of [...listeners]) listener();
  };
  return {
    // The value stays the same between two ticks, or readers would re-render for ever.
    get: () => {
      if (listeners.size === 0 && nowMs() - now >= everyMs) now = nowMs();
      return now;
    },
    subscribe(listener) {
      if (listeners.size === 0) {
        now = nowMs();
        timer = setInterval(tick, everyMs);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}
