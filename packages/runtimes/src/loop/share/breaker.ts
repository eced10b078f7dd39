/**
 * Says whether a model's provider is down (TU9). Failures in a row open it: then one call at a time tries the provider,
 * after pauses that grow, and any answer of the provider closes it. One turn's failures alone open it only if nothing
 * was reached at all: a request that breaks its server must not stop the others.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { CallEnd, Caller } from "./call-end.ts";

const mostUnreachable = 3;
const mostFailures = 5;
const leastTurns = 2;
const firstPauseMs = 2_000;
const mostPauseMs = 30_000;

export interface Down {
  readonly sinceMs: number;
  /** When it may be tried again. */
  readonly nextAtMs: number;
  /** What the newest call met, in words for people. */
  readonly reason: string;
}

export interface Breaker {
  readonly down: Down | null;
  /** True if a call may go out now. */
  readonly isOpen: boolean;
  begin(caller: Caller): void;
  end(caller: Caller, end: CallEnd): void;
  /** Lets one call try now, whatever the pause. */
  retryNow(): void;
}

export function createBreaker(clock: Clock): Breaker {
  let unreachable = 0;
  let failures = 0;
  const failedTurns = new Set<string>();
  let down: Down | null = null;
  let pauseMs = firstPauseMs;
  let probe: Caller | null = null;

  const close = () => {
    [unreachable, failures, down, pauseMs, probe] = [0, 0, null, firstPauseMs, null];
    failedTurns.clear();
  };

  const count = (caller: Caller, end: Extract<CallEnd, { reason: string }>) => {
    const now = clock.now();
    failures += 1;
    unreachable = end.type === "unreachable" ? unreachable + 1 : 0;
    if (failedTurns.size < leastTurns) failedTurns.add(caller.turn);
    if (down !== null) {
      // Calls that were out when it went down say nothing new.
      if (caller !== probe) return;
      pauseMs = Math.min(pauseMs * 2, mostPauseMs);
      down = { ...down, nextAtMs: now + pauseMs, reason: end.reason };
      return;
    }
    const isDown = unreachable >= mostUnreachable || (failures >= mostFailures && failedTurns.size >= leastTurns);
    if (isDown) down = { sinceMs: now, nextAtMs: now + pauseMs, reason: end.reason };
  };

  return {
    get down() {
      return down;
    },
    get isOpen() {
      return down === null || (probe === null && clock.now() >= down.nextAtMs);
    },
    begin(caller) {
      if (down !== null) probe = caller;
    },
    end(caller, end) {
      if (end.type === "failed" || end.type === "unreachable") count(caller, end);
      else if (end.type !== "stopped") close();
      if (caller === probe) probe = null;
    },
    retryNow() {
      if (down === null) return;
      down = { ...down, nextAtMs: clock.now() };
      probe = null;
    },
  };
}
