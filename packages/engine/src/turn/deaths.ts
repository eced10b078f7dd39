/** Decides what the death of a worker costs the turns it ran (TU4), and which of them may run again now. */
import type { WorkerId } from "@reef/protocol/ids";
import { sharedDeathsMax } from "../port/store.ts";

export interface Counts {
  readonly attempts: number;
  readonly sharedDeaths: number;
}

export interface Died extends Counts {
  readonly worker: WorkerId | null;
}

/** True if it died in company so often that it runs without other suspects: the next death then shows the cause. */
export function isSuspect({ sharedDeaths }: Pick<Counts, "sharedDeaths">): boolean {
  return sharedDeaths >= sharedDeathsMax;
}

/** Two turns that kill their worker each accuse the other: after so many deaths it no longer helps either. */
const unclearDeathsMax = 16;

/**
 * `died` are the turns whose death is not counted yet, `waiting` those that died before and have not run since. A turn
 * that died with others of its worker is charged with nothing, unless it is a suspect. A suspect is charged once; while
 * other suspects die as well when they run, the cause is not the turn, but something that kills whatever runs.
 */
export function chargeDeaths<Turn extends Died>(
  died: readonly Turn[],
  waiting: readonly Counts[] = [],
): readonly { readonly turn: Turn; readonly counts: Counts; readonly isShared: boolean }[] {
  const together = Map.groupBy(died, ({ worker }) => worker);
  const charged = [...died, ...waiting].filter(isCharged).length;
  return died.map((turn) => {
    const { attempts, sharedDeaths } = turn;
    const isUnclear = isCharged(turn) && charged > 1 && sharedDeaths < unclearDeathsMax;
    const isShared = isUnclear || (!isSuspect(turn) && (together.get(turn.worker)?.length ?? 0) > 1);
    const counts = isShared ? { attempts, sharedDeaths: sharedDeaths + 1 } : { attempts: attempts + 1, sharedDeaths };
    return { turn, counts, isShared };
  });
}

function isCharged(turn: Counts): boolean {
  return isSuspect(turn) && turn.attempts > 0;
}

/** Sorts turns that are no suspects by their start, then suspects by their own deaths, fewest first. */
export function bySuspicion(a: Counts, b: Counts): number {
  const [first, second] = [isSuspect(a), isSuspect(b)];
  return first && second ? a.attempts - b.attempts : Number(first) - Number(second);
}

/** Admits one suspect, and only if none runs. A turn that is only to be cancelled is always admitted. */
export function admitSuspects(doesOneRun: boolean): SuspectGate {
  let isFree = !doesOneRun;
  return {
    isFree: () => isFree,
    admits: ({ isCancelled, ...turn }) => {
      if (!isSuspect(turn) || isCancelled) return true;
      const admitted = isFree;
      isFree = false;
      return admitted;
    },
  };
}

export interface SuspectGate {
  isFree(): boolean;
  admits(turn: Pick<Counts, "sharedDeaths"> & { readonly isCancelled: boolean }): boolean;
}
