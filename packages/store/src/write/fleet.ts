/**
 * Writes workers and leases. A lease is taken by a statement that names the fence it follows, and then read again: of
 * two workers that ask in the same moment one gets it, whatever the database isolates.
 */
import { gatewayOfLease, holdsLease, isOtherLoad, kindOfShared, wishForLease } from "@reef/engine/fleet/lease";
import {
  goneKeptMs,
  type Lease,
  type LeaseName,
  loadShownEveryMs,
  type WorkerBeat,
  type WorkerOp,
} from "@reef/engine/port/workers";
import { AppError, assertNever } from "@reef/protocol/error";
import type { WorkerId } from "@reef/protocol/ids";
import { isoToMs, msToIso } from "@reef/protocol/time";
import type { LeaseRow, WorkerRow } from "../fleet-tables.ts";
import { workerRowToNoun } from "../rows/worker.ts";
import * as statements from "./fleet-statements.ts";
import { all, one, run, type Write } from "./steps.ts";
import { missing, type Work } from "./work.ts";

export function applyWorkerOp(work: Work, op: WorkerOp): Write<void> {
  switch (op.op) {
    case "worker.beat":
      return beat(work, op);
    case "worker.end":
      return endWorker(work, op.id);
    case "worker.drain":
      return drainWorker(work, op.id, op.draining);
    case "lease.check":
      return checkLease(work, op.lease);
    case "shared.put":
      return putShared(work, op);
    default:
      return assertNever(op);
  }
}

function* beat(work: Work, { worker, ...report }: WorkerBeat): Write<void> {
  const { steadyMs } = work;
  const before = yield* one(statements.workerById, { id: worker.id });
  const row: WorkerRow = {
    id: worker.id,
    host: worker.host,
    pid: worker.pid,
    version: worker.version,
    started_at: worker.startedAt,
    seen_at: work.at,
    until_ms: Math.round(steadyMs + report.ttlMs),
    lanes: worker.lanes,
    claims: report.claims,
    cpu_milli: Math.round(report.load.cpu * 1000),
    memory_bytes: report.load.memoryBytes,
    draining: before?.draining ?? 0,
    drained: report.drained ? 1 : 0,
    gone_at: null,
    shown_at: before?.shown_at ?? work.at,
  };
  const { rows, isOther } = yield* settleLeases(work, worker.id, report);
  const isShown = before === undefined || isOther || isNews(work, before, row);
  if (isShown) row.shown_at = work.at;
  yield* run(before === undefined ? statements.insertWorker : statements.updateWorker, row);
  if (isShown) showWorker(work, row, namesOf(rows, worker.id, steadyMs));
  yield* noteGone(work);
  const held = report.wants.flatMap((name): Lease[] => {
    const lease = rows.find((each) => each.name === name);
    if (lease === undefined || lease.worker !== worker.id || lease.until_ms < steadyMs) return [];
    return [{ name, worker: worker.id, fence: lease.fence }];
  });
  work.presence = { draining: row.draining === 1, held };
}

/** Gives up what is no longer wanted, renews what is held, and takes what is free. */
function* settleLeases(
  work: Work,
  worker: WorkerId,
  { wants, ttlMs }: Pick<WorkerBeat, "wants" | "ttlMs">,
): Write<{ readonly rows: readonly LeaseRow[]; readonly isOther: boolean }> {
  const nowMs = work.steadyMs;
  const untilMs = Math.round(nowMs + ttlMs);
  const before = yield* all(statements.allLeases, {});
  let isOther = false;
  for (const { name } of before.filter((lease) => lease.worker === worker && !wants.includes(lease.name))) {
    yield* run(statements.freeLease, { name, worker });
    isOther = true;
  }
  yield* run(statements.renewLeases, { worker, now_ms: nowMs, until_ms: untilMs });
  for (const name of [...wants].sort()) {
    const row = before.find((lease) => lease.name === name);
    const state = row && { worker: row.worker, fence: row.fence, untilMs: row.until_ms };
    const wished = wishForLease(state, { worker, nowMs, untilMs });
    if (wished.fence === row?.fence) continue;
    isOther = true;
    const taken = { name, worker, until_ms: untilMs, fence: wished.fence };
    if (row === undefined) yield* run(statements.insertLease, { ...taken, gateway_id: gatewayOfLease(name) });
    else yield* run(statements.takeLease, { ...taken, before: row.fence });
  }
  return { rows: yield* all(statements.allLeases, {}), isOther };
}

function isNews(work: Work, before: WorkerRow, row: WorkerRow): boolean {
  if (before.gone_at !== null || before.until_ms < work.steadyMs) return true;
  if (before.drained !== row.drained || before.lanes !== row.lanes || before.version !== row.version) return true;
  const isDue = work.atMs - isoToMs(before.shown_at) >= loadShownEveryMs;
  return isDue && isOtherLoad(rowToLoad(before), rowToLoad(row));
}

function rowToLoad({ claims, cpu_milli, memory_bytes }: WorkerRow) {
  return { claims, cpu: cpu_milli / 1000, memoryBytes: memory_bytes };
}

/** Any worker's beat notices the others that have stopped. */
function* noteGone(work: Work): Write<void> {
  for (const row of yield* all(statements.newlyGone, { now_ms: work.steadyMs })) {
    const gone: WorkerRow = { ...row, gone_at: work.at, shown_at: work.at };
    yield* run(statements.updateWorker, gone);
    showWorker(work, gone, []);
  }
  for (const { id } of yield* all(statements.longGone, { before: msToIso(work.atMs - goneKeptMs) })) {
    yield* run(statements.deleteWorker, { id });
    work.events.push({ type: "worker.deleted", workerId: id });
  }
}

function* endWorker(work: Work, id: WorkerId): Write<void> {
  for (const { name } of (yield* all(statements.allLeases, {})).filter(({ worker }) => worker === id)) {
    yield* run(statements.freeLease, { name, worker: id });
  }
  const row = yield* one(statements.workerById, { id });
  if (row === undefined) return;
  const gone: WorkerRow = { ...row, seen_at: work.at, until_ms: -1, gone_at: work.at, shown_at: work.at };
  yield* run(statements.updateWorker, gone);
  showWorker(work, gone, []);
}

function* drainWorker(work: Work, id: WorkerId, draining: boolean): Write<void> {
  const row = (yield* one(statements.workerById, { id })) ?? missing("worker", id);
  if (row.gone_at !== null || row.until_ms < work.steadyMs) throw new AppError("conflict", "this worker is gone");
  if ((row.draining === 1) === draining) return;
  const changed: WorkerRow = { ...row, draining: draining ? 1 : 0, drained: 0 };
  yield* run(statements.setDraining, { id, draining: changed.draining, drained: 0 });
  showWorker(work, changed, namesOf(yield* all(statements.allLeases, {}), id, work.steadyMs));
}

function* checkLease(work: Work, lease: Lease): Write<void> {
  const row = yield* one(statements.leaseByName, { name: lease.name });
  const state = row && { worker: row.worker, fence: row.fence, untilMs: row.until_ms };
  if (!holdsLease(state, lease, work.steadyMs)) {
    throw new AppError("conflict", `another worker does this now (${lease.name})`);
  }
}

function* putShared(work: Work, op: Extract<WorkerOp, { op: "shared.put" }>): Write<void> {
  const { name, value, ifAbsent, ifValue } = op;
  const before = yield* one(statements.sharedByName, { name });
  if (ifAbsent === true && before !== undefined) return;
  if (ifValue !== undefined && (before?.value ?? null) !== ifValue) throw changedSince(name);
  if ((before?.value ?? null) === value) return;
  work.events.push({ type: "shared.changed", kind: kindOfShared(name) });
  if (value === null) return yield* run(statements.deleteShared, { name });
  if (before === undefined) yield* run(statements.insertShared, { name, value });
  else yield* run(statements.updateShared, { name, value, before: before.value });
  const after = yield* one(statements.sharedByName, { name });
  if (ifAbsent !== true && after?.value !== value) throw changedSince(name);
}

function changedSince(name: string): AppError {
  return new AppError("conflict", `another worker has changed “${name}” since it was read`);
}

function showWorker(work: Work, row: WorkerRow, leases: readonly LeaseName[]): void {
  work.events.push({ type: "worker.changed", worker: workerRowToNoun(row, leases, work.steadyMs) });
}

function namesOf(rows: readonly LeaseRow[], worker: WorkerId, steadyMs: number): readonly LeaseName[] {
  return rows.filter((row) => row.worker === worker && row.until_ms >= steadyMs).map(({ name }) => name);
}
