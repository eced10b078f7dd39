/**
 * Creates a clock that stands still until a test advances it: leases, back-off and time-outs are tested without
 * waiting.
 */
import type { Clock } from "../port/clock.ts";

export interface ManualClock extends Clock {
  /** Advances time and wakes every sleep that ends by then, in order of their ends. */
  advance(ms: number): void;
  /** Sets the wall clock, as a person or a time server does: no time has passed. */
  jump(ms: number): void;
  /** How many sleeps have not ended. */
  readonly sleeping: number;
}

interface Sleep {
  readonly endMs: number;
  readonly wake: () => void;
}

export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  const sleeps = new Set<Sleep>();
  const time = { nowMs: startMs, steadyMs: 1_000_000 };
  return {
    now: () => time.nowMs,
    steady: () => time.steadyMs,
    sleep(ms, signal) {
      if (signal?.aborted === true || ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const sleep: Sleep = {
          endMs: time.steadyMs + ms,
          wake() {
            sleeps.delete(sleep);
            signal?.removeEventListener("abort", sleep.wake);
            resolve();
          },
        };
        sleeps.add(sleep);
        signal?.addEventListener("abort", sleep.wake, { once: true });
      });
    },
    advance(ms) {
      time.nowMs += ms;
      time.steadyMs += ms;
      const due = [...sleeps].filter((sleep) => sleep.endMs <= time.steadyMs);
      for (const sleep of due.toSorted((a, b) => a.endMs - b.endMs)) sleep.wake();
    },
    jump(ms) {
      time.nowMs += ms;
    },
    get sleeping() {
      return sleeps.size;
    },
  };
}
