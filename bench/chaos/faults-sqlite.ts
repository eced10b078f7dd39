/** Kills the one server again and again, at random moments of its start and its work, and starts it again. */
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "./random.ts";
import type { ReefWorker } from "./worker.ts";

export interface FaultCounts {
  kills: number;
  /** Of those, before the server was ready. */
  killsAtStart: number;
  stops: number;
  databaseStops: number;
  cuts: number;
  halfOpens: number;
  /** Cut off from the database for longer than a lease. */
  cutOffs: number;
}

export const noFaults = (): FaultCounts => ({
  kills: 0,
  killsAtStart: 0,
  stops: 0,
  databaseStops: 0,
  cuts: 0,
  halfOpens: 0,
  cutOffs: 0,
});

/** Time to do something between two kills: often little, sometimes enough for a whole turn, also on a busy machine. */
const upMs = (random: Random, readyMs: number) => Math.round(random.next() ** 2 * Math.max(2_200, 2 * readyMs));

export async function killAgainAndAgain(
  worker: ReefWorker,
  { kills, random, counts }: { readonly kills: number; readonly random: Random; readonly counts: FaultCounts },
): Promise<void> {
  while (counts.kills < kills) {
    const startedAt = performance.now();
    if (random.next() < 0.1) {
      await wait(random.whole(30, 600));
    } else if (await worker.ready()) {
      await wait(upMs(random, performance.now() - startedAt));
    } else {
      throw new Error(`the server did not start again:\n${worker.errors.join("\n")}`);
    }
    if (worker.state === "starting") counts.killsAtStart += 1;
    await worker.kill();
    counts.kills += 1;
    worker.start();
  }
}
