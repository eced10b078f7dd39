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

/**
 * `died` are the turns whose death is not counted yet. A turn that died with others of its worker is charged with
 * nothing, unless it is a suspect.
 */
export function chargeDeaths<Turn extends Died>(
  died: readonly Turn[],
): readonly { readonly turn: Turn; readonly counts: Counts; readonly isShared: boolean }[] {
  const together = Map.groupBy(died, ({ worker }) => worker);
  return died.map((turn) => {
    const { attempts, sharedDeaths } = turn;
    const isShared = !isSuspect(turn) && (together.get(turn.worker)?.length ?? 0) > 1;
    const counts = isShared ? { attempts, sharedDeaths: sharedDeaths + 1 } : { attempts: attempts + 1, sharedDeaths };
    return { turn, counts, isShared };
  });
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
