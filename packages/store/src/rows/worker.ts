/** Converts workers: row → noun. A worker that no one has called gone yet is gone once its time is over. */
import type { LeaseName } from "@reef/engine/port/workers";
import type { Worker } from "@reef/protocol/worker";
import type { WorkerRow } from "../fleet-tables.ts";

export function workerRowToNoun(row: WorkerRow, leases: readonly LeaseName[], steadyMs: number): Worker {
  const isGone = row.gone_at !== null || row.until_ms < steadyMs;
  return {
    id: row.id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    state: isGone ? "gone" : row.draining === 1 ? "draining" : "running",
    drained: !isGone && row.draining === 1 && row.drained === 1,
    lanes: row.lanes,
    claims: isGone ? 0 : row.claims,
    load: isGone ? { cpu: 0, memoryBytes: 0 } : { cpu: row.cpu_milli / 1000, memoryBytes: row.memory_bytes },
    leases: isGone ? [] : [...leases].sort(),
    startedAt: row.started_at,
    lastSeenAt: row.seen_at,
  };
}
