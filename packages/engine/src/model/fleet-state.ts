/** Holds the workers, leases and shared values of the in-memory store. */
import type { WorkerId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import type { Worker } from "@reef/protocol/worker";
import type { LeaseState } from "../fleet/lease.ts";
import type { LeaseName } from "../port/workers.ts";

export interface WorkerRecord extends Omit<Worker, "state" | "leases"> {
  readonly untilMs: number;
  readonly draining: boolean;
  readonly goneAt: IsoTime | null;
  readonly shownAt: IsoTime;
}

/** Records are replaced, never changed. */
export interface FleetState {
  readonly workers: Map<WorkerId, WorkerRecord>;
  readonly leases: Map<LeaseName, LeaseState>;
  readonly shared: Map<string, string>;
}

export function emptyFleet(): FleetState {
  return { workers: new Map(), leases: new Map(), shared: new Map() };
}

export function copyFleet({ workers, leases, shared }: FleetState): FleetState {
  return { workers: new Map(workers), leases: new Map(leases), shared: new Map(shared) };
}
