/**
 * What happens to workers and their database: killed, stopped beyond their lease and continued, cut off, connections
 * that carry nothing any more, and the database itself stopped hard. Several happen at once, but one worker is always
 * left alone, so that the work can go on.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { DatabaseLine } from "@reef/store/postgres/testing/proxy";
import type { DurableServer } from "@reef/store/postgres/testing/server";
import type { FaultCounts } from "./faults-sqlite.ts";
import type { Random } from "./random.ts";
import type { ReefWorker } from "./worker.ts";

export interface Member {
  readonly worker: ReefWorker;
  readonly proxy: DatabaseLine;
}

export interface FleetFaults {
  readonly members: readonly Member[];
  readonly database: DurableServer;
  readonly random: Random;
  readonly counts: FaultCounts;
  readonly kills: number;
}

type Fault = (faults: FleetFaults, member: Member) => Promise<void>;

const betweenMs = [800, 4_000] as const;
/** Leases last 15 s. */
const beyondLeaseMs = [17_000, 22_000] as const;

const kill: Fault = async ({ random, counts }, { worker }) => {
  if (worker.state === "starting") counts.killsAtStart += 1;
  await worker.kill();
  counts.kills += 1;
  await wait(random.whole(0, 3_000));
  worker.start();
  // Now and then it is killed again before it is ready.
  if (random.next() > 0.15) await worker.ready();
};

/** Stops it when it runs turns: their answers come while it stands still, and are written too late. */
const stop: Fault = async ({ random, counts }, { worker }) => {
  if (worker.state !== "ready") return;
  for (let tries = 0; tries < 100 && (await worker.runningTurns()) < 2; tries += 1) await wait(50);
  worker.stop();
  counts.stops += 1;
  await wait(random.whole(...beyondLeaseMs));
  worker.go();
  await wait(1_000);
};

const cut: Fault = async ({ random, counts }, { proxy }) => {
  for (let times = random.whole(1, 3); times > 0; times -= 1) {
    proxy.cut();
    counts.cuts += 1;
    await wait(random.whole(0, 700));
  }
};

const halfOpen: Fault = async ({ random, counts }, { proxy }) => {
  proxy.halfOpen();
  counts.halfOpens += 1;
  await wait(random.whole(3_000, 20_000));
  proxy.cut();
};

/** Its turns lose their leases while it works on, and what it then writes comes too late. */
const cutOff: Fault = async ({ random, counts }, { proxy }) => {
  proxy.refuse(true);
  counts.cutOffs += 1;
  await wait(random.whole(...beyondLeaseMs));
  proxy.refuse(false);
};

const stopDatabase: Fault = async ({ random, counts, database }) => {
  counts.databaseStops += 1;
  await database.stopHard();
  await wait(random.whole(300, 3_000));
  await database.startAgain();
};

const weights: readonly (readonly [Fault, number])[] = [
  [kill, 8],
  [cut, 5],
  [stop, 3],
  [cutOff, 2],
  [halfOpen, 2],
  [stopDatabase, 1],
];
const faultsByWeight = weights.flatMap(([fault, weight]) => Array<Fault>(weight).fill(fault));

export async function troubleFleet(faults: FleetFaults): Promise<void> {
  const { members, random, counts, kills } = faults;
  const busy = new Set<Member>();
  const running = new Set<Promise<void>>();
  let databaseIsBusy = false;
  while (counts.kills < kills) {
    await wait(random.whole(...betweenMs));
    const free = members.filter((member) => !busy.has(member));
    if (free.length < 2) continue;
    const fault = random.pick(faultsByWeight);
    if (fault === stopDatabase && databaseIsBusy) continue;
    const member = random.pick(free);
    busy.add(member);
    if (fault === stopDatabase) databaseIsBusy = true;
    const done = fault(faults, member).finally(() => {
      busy.delete(member);
      running.delete(done);
      if (fault === stopDatabase) databaseIsBusy = false;
    });
    running.add(done);
  }
  await Promise.all(running);
}
