/**
 * Simulates workers that commit in groups to one database. Units arrive at random; each worker takes what waits, applies
 * it side by side with the others, and then holds the counter of events until its commit is on disk, which only one can
 * at a time. What comes out is how long a unit waits at a given load, and the load that a fleet cannot pass.
 */
import { percentile } from "../report.ts";

export interface Fleet {
  readonly workers: number;
  /** At most so many units are committed together. */
  readonly groupMax: number;
  /** One round trip to the database. */
  readonly roundTripMs: number;
  /** Round trips of a group before its numbers are taken. */
  readonly roundTrips: number;
  /** What each unit adds to its group. */
  readonly unitMs: number;
  /** Until a commit is on disk. */
  readonly flushMs: number;
  /** What each unit adds while the counter is held: its events are inserted. */
  readonly serialUnitMs: number;
}

export interface Outcome {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Draws the same numbers each time, so that the curves are the same. */
function steadyRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** `load`: units a second, over all workers. Simulates `seconds` of it; units that arrive later are left out. */
export function simulate(fleet: Fleet, load: number, seconds = 4): Outcome {
  const random = steadyRandom();
  const arrivals = Array.from({ length: fleet.workers }, (): number[] => []);
  for (let at = 0, place = 0; at < seconds * 1_000; place += 1) {
    at += (-Math.log(1 - random()) * 1_000) / load;
    arrivals[place % fleet.workers]?.push(at);
  }
  const next = arrivals.map(() => 0);
  const freeAt = arrivals.map(() => 0);
  const waits: number[] = [];
  let counterFreeAt = 0;
  let lastMs = 0;
  for (;;) {
    // The worker that comes to the counter first goes first.
    let chosen: { worker: number; count: number; reachesAt: number } | null = null;
    for (const [worker, mine] of arrivals.entries()) {
      const from = next[worker] ?? 0;
      const first = mine[from];
      if (first === undefined) continue;
      const startsAt = Math.max(first, freeAt[worker] ?? 0);
      let count = 1;
      while (count < fleet.groupMax && (mine[from + count] ?? Number.POSITIVE_INFINITY) <= startsAt) count += 1;
      const reachesAt = startsAt + fleet.roundTrips * fleet.roundTripMs + count * fleet.unitMs;
      if (chosen === null || reachesAt < chosen.reachesAt) chosen = { worker, count, reachesAt };
    }
    if (chosen === null) break;
    const { worker, count, reachesAt } = chosen;
    const heldMs = 2 * fleet.roundTripMs + fleet.flushMs + count * fleet.serialUnitMs;
    const endsAt = Math.max(reachesAt, counterFreeAt) + heldMs;
    counterFreeAt = endsAt;
    freeAt[worker] = endsAt;
    const from = next[worker] ?? 0;
    for (const arrivedAt of arrivals[worker]?.slice(from, from + count) ?? []) waits.push(endsAt - arrivedAt);
    next[worker] = from + count;
    lastMs = endsAt;
  }
  const perSecond = waits.length / (Math.max(lastMs, seconds * 1_000) / 1_000);
  return { perSecond, p50Ms: percentile(waits, 50), p99Ms: percentile(waits, 99) };
}

/** Returns what a fleet commits when more arrives than it can. */
export function mostPerSecond(fleet: Fleet): number {
  return simulate(fleet, 60_000, 1).perSecond;
}
