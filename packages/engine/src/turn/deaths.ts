/** What the death of a worker costs the turns it ran (TU4), and which of them may run again now. */
import type { WorkerId } from "@reef/protocol/ids";
import { sharedDeathsMax } from "../port/store.ts";

export interface Counts {
  readonly attempts: number;
  readonly sharedDeaths: number;
}

export interface Died extends Counts {
  readonly worker: WorkerId | null;
}

/** It has died so often in company that it runs alone among its like: the next death then tells which of them it was. */
export function isSuspect({ sharedDeaths }: Pick<Counts, "sharedDeaths">): boolean {
  return sharedDeaths >= sharedDeathsMax;
}

/** `died` are the turns whose death nobody counted yet. One that died with others of its worker is charged with nothing, unless it is a suspect. */
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

/** For sorting: those above suspicion as they began, then suspects, the one with the fewest deaths of its own first. */
export function bySuspicion(a: Counts, b: Counts): number {
  const [first, second] = [isSuspect(a), isSuspect(b)];
  return first && second ? a.attempts - b.attempts : Number(first) - Number(second);
}

/** Lets one suspect through, and only when none runs. A turn that is only to be cancelled always passes. */
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
