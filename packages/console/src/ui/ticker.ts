/** The time as one cell for the whole page: however many parts show how long something lasts, one timer moves them. */
import type { Watched } from "./cell.ts";
import { nowMs } from "./clock.ts";

/** Milliseconds since the epoch, while somebody listens; what nobody listens to costs nothing. */
export function createTicker(everyMs: number): Watched<number> {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = nowMs();
  const tick = (): void => {
    now = nowMs();
    for (const listener of [...listeners]) listener();
  };
  return {
    // Between two ticks the same, or a reader would never come to rest.
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
