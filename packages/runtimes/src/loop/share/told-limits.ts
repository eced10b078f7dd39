/**
 * Keeps what a provider last said of its limits, and how long a call has to wait for them (TU9). What was used up comes
 * back evenly until its reset; calls that are out and that the provider had not seen count as used. A wait is bounded,
 * because only a refusal proves a limit.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Caller } from "./call-end.ts";
import type { ToldRate, ToldRates } from "./rate-headers.ts";

/** The longest wait for what no refusal has confirmed, in milliseconds. */
const mostWaitMs = 60_000;

export interface ToldLimits {
  /** How long a call with these tokens must wait, in milliseconds; 0 if it may go out. */
  waitMs(tokens: number): number;
  begin(caller: Caller): void;
  learn(caller: Caller, rates: ToldRates): void;
  end(caller: Caller): void;
  /** The share of all that is there in a minute which the call takes; equal for all while no limit is known. */
  costOf(tokens: number): number;
}

interface Known {
  readonly rate: ToldRate;
  readonly atMs: number;
}

export function createToldLimits(clock: Clock): ToldLimits {
  let requests: Known | null = null;
  let tokens: Known | null = null;
  /** Calls that are out, and of which the provider has said nothing since. */
  const unseen = new Set<Caller>();

  const waits = (known: Known | null, need: number, used: number): number => {
    if (known === null) return 0;
    const { limit, remaining, resetMs } = known.rate;
    const ageMs = Math.max(0, clock.now() - known.atMs);
    const leftMs = Math.max(0, resetMs - ageMs);
    if (leftMs === 0) return 0;
    const wanted = limit === null ? need : Math.min(need, limit);
    const missing = wanted + used - remaining;
    if (missing <= 0) return 0;
    // Without a limit nobody knows how fast it comes back.
    const perMs = limit === null ? 0 : (limit - remaining) / resetMs;
    const waitMs = perMs > 0 ? missing / perMs - ageMs : leftMs;
    return Math.max(0, Math.min(Math.ceil(waitMs), leftMs, mostWaitMs - Math.min(ageMs, mostWaitMs)));
  };

  return {
    waitMs(need) {
      let used = 0;
      for (const each of unseen) used += each.tokens;
      return Math.max(waits(requests, 1, unseen.size), waits(tokens, need, used));
    },
    begin: (caller) => void unseen.add(caller),
    learn(caller, told) {
      unseen.delete(caller);
      const atMs = clock.now();
      requests = told.requests === null ? null : { rate: told.requests, atMs };
      tokens = told.tokens === null ? null : { rate: told.tokens, atMs };
    },
    end: (caller) => void unseen.delete(caller),
    costOf(need) {
      const ofRequests = 1 / (requests?.rate.limit ?? 60);
      const limit = tokens?.rate.limit ?? null;
      return limit === null ? ofRequests : Math.max(ofRequests, need / limit);
    },
  };
}
