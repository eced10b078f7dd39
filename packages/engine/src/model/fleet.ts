/** Keeps the workers, leases and shared values of the in-memory store. */
import { AppError, assertNever } from "@reef/protocol/error";
import type { BotId, WorkerId } from "@reef/protocol/ids";
import { isoToMs, msToIso } from "@reef/protocol/time";
import type { Worker } from "@reef/protocol/worker";
import { gatewayLease, holdsLease, isElsewhere, isOtherLoad, kindOfShared, wishForLease } from "../fleet/lease.ts";
import type { Clock } from "../port/clock.ts";
import type { Queries } from "../port/queries.ts";
import {
  goneKeptMs,
  type Lease,
  type LeaseName,
  loadShownEveryMs,
  type WorkerBeat,
  type WorkerOp,
} from "../port/workers.ts";
import type { WorkerRecord } from "./fleet-state.ts";
import { change, filterValues, get, type ModelState, type ModelWork } from "./state.ts";

export function applyWorkerOp(work: ModelWork, op: WorkerOp): void {
  const { workers, leases, shared } = work.state.fleet;
  switch (op.op) {
    case "worker.beat":
      beat(work, op);
      return;
    case "worker.end": {
      freeLeases(work, op.id, () => false);
      if (!workers.has(op.id)) return;
      change(workers, op.id, { untilMs: -1, goneAt: work.at, lastSeenAt: work.at, shownAt: work.at });
      show(work, op.id);
      return;
    }
    case "worker.drain": {
      const { goneAt, untilMs, draining } = get(workers, op.id);
      if (goneAt !== null || untilMs < work.steadyMs) throw new AppError("conflict", "this worker is gone");
      if (draining === op.draining) return;
      change(workers, op.id, { draining: op.draining, drained: false });
      show(work, op.id);
      return;
    }
    case "lease.check":
      if (holdsLease(leases.get(op.lease.name), op.lease, work.steadyMs)) return;
      throw new AppError("conflict", `another worker does this now (${op.lease.name})`);
    case "shared.put": {
      const before = shared.get(op.name) ?? null;
      if (op.ifAbsent === true && before !== null) return;
      if (op.ifValue !== undefined && before !== op.ifValue) {
        throw new AppError("conflict", `another worker has changed “${op.name}” since it was read`);
      }
      if (before === op.value) return;
      work.events.push({ type: "shared.changed", kind: kindOfShared(op.name) });
      if (op.value === null) shared.delete(op.name);
      else shared.set(op.name, op.value);
      return;
    }
    default:
      assertNever(op);
  }
}

function beat(work: ModelWork, { worker, wants, ttlMs, claims, load, drained }: WorkerBeat): void {
  const { workers, leases } = work.state.fleet;
  const before = workers.get(worker.id);
  const untilMs = Math.round(work.steadyMs + ttlMs);
  const fences = new Map([...leases].map(([name, { fence }]) => [name, fence]));
  const hasFreed = freeLeases(work, worker.id, (name) => wants.includes(name));
  for (const name of wants) {
    leases.set(name, wishForLease(leases.get(name), { worker: worker.id, nowMs: work.steadyMs, untilMs }));
  }
  const hasTaken = wants.some((name) => leases.get(name)?.fence !== fences.get(name));
  const roundedLoad = { cpu: Math.round(load.cpu * 1000) / 1000, memoryBytes: load.memoryBytes };
  const after = { ...worker, claims, load: roundedLoad, drained, untilMs, goneAt: null, lastSeenAt: work.at };
  const isNews =
    before === undefined ||
    hasFreed ||
    hasTaken ||
    before.goneAt !== null ||
    before.untilMs < work.steadyMs ||
    before.drained !== drained ||
    before.lanes !== worker.lanes ||
    before.version !== worker.version ||
    (isoToMs(work.at) - isoToMs(before.shownAt) >= loadShownEveryMs && isOtherLoad(toLoad(before), toLoad(after)));
  workers.set(worker.id, {
    ...after,
    draining: before?.draining ?? false,
    shownAt: isNews ? work.at : before.shownAt,
  });
  if (isNews) show(work, worker.id);
  noteGone(work);
  const held = wants.flatMap((name): Lease[] => {
    const lease = leases.get(name);
    return lease?.worker === worker.id ? [{ name, worker: worker.id, fence: lease.fence }] : [];
  });
  work.presence = { draining: before?.draining ?? false, held };
}

function toLoad({ claims, load }: Pick<WorkerRecord, "claims" | "load">) {
  return { claims, ...load };
}

function noteGone(work: ModelWork): void {
  const { workers } = work.state.fleet;
  for (const { id } of filterValues(workers, (of) => of.goneAt === null && of.untilMs < work.steadyMs)) {
    change(workers, id, { goneAt: work.at, shownAt: work.at });
    show(work, id);
  }
  const before = msToIso(isoToMs(work.at) - goneKeptMs);
  for (const { id } of filterValues(workers, ({ goneAt }) => goneAt !== null && goneAt < before)) {
    workers.delete(id);
    work.events.push({ type: "worker.deleted", workerId: id });
  }
}

/** Returns true if there was one. */
function freeLeases({ state }: ModelWork, worker: WorkerId, keeps: (name: LeaseName) => boolean): boolean {
  const { leases } = state.fleet;
  const freed = [...leases].filter(([name, lease]) => lease.worker === worker && !keeps(name));
  for (const [name, { fence }] of freed) leases.set(name, { worker: null, fence, untilMs: 0 });
  return freed.length > 0;
}

function show(work: ModelWork, id: WorkerId): void {
  work.events.push({
    type: "worker.changed",
    worker: toWorker(work.state, get(work.state.fleet.workers, id), work.steadyMs),
  });
}

function heldBy({ fleet }: ModelState, worker: WorkerId, steadyMs: number): readonly LeaseName[] {
  const held = [...fleet.leases].filter(([, lease]) => lease.worker === worker && lease.untilMs >= steadyMs);
  return held.map(([name]) => name).sort();
}

function toWorker(state: ModelState, record: WorkerRecord, steadyMs: number): Worker {
  const { untilMs, draining, goneAt, shownAt: _, ...worker } = record;
  const isGone = goneAt !== null || untilMs < steadyMs;
  if (isGone) {
    return { ...worker, state: "gone", drained: false, claims: 0, load: { cpu: 0, memoryBytes: 0 }, leases: [] };
  }
  return {
    ...worker,
    state: draining ? "draining" : "running",
    drained: draining && worker.drained,
    leases: [...heldBy(state, worker.id, steadyMs)],
  };
}

/** True if the bot's turns cannot run at this worker: another one holds its gateway's line, or none (FL5). */
export function runsElsewhere({ state, steadyMs }: ModelWork, botId: BotId, worker: WorkerId): boolean {
  const { agent } = get(state.bots, botId);
  return agent !== null && isElsewhere(state.fleet.leases.get(gatewayLease(agent.gatewayId)), worker, steadyMs);
}

export function workerQueries(
  current: () => ModelState,
  clock: Clock,
): Pick<Queries, "workers" | "leases" | "shared" | "sharedValues"> {
  return {
    workers: async () => {
      const records = [...current().fleet.workers.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      return records.map((record) => toWorker(current(), record, clock.steady()));
    },
    leases: async () =>
      [...current().fleet.leases]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, { worker, fence, untilMs }]): Lease[] =>
          worker === null || untilMs < clock.steady() ? [] : [{ name, worker, fence }],
        ),
    sharedValues: async (prefix) =>
      [...current().fleet.shared]
        .filter(([name]) => name.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value })),
    shared: async (name) => current().fleet.shared.get(name) ?? null,
  };
}
