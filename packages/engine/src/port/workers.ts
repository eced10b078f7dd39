/**
 * Defines what a store keeps of the fleet: its workers, the leases of what runs once among them, and values that all of
 * them must share. A lease is measured by the store's clock, so that workers with different clocks agree on its end.
 */
import type { GatewayId, WorkerId } from "@reef/protocol/ids";
import type { Worker, WorkerLoad } from "@reef/protocol/worker";

/** Names what runs once in the fleet: a job of the engine, or the line to a gateway. */
export type LeaseName =
  | "schedules"
  | "held-answers"
  | "memory-upkeep"
  | "file-upkeep"
  | "audit-upkeep"
  | "consolidation"
  | "embedding"
  | "roots"
  | `gateway:${GatewayId}`;

/** The right to do something once in the fleet. Each new holder gets the next fence. */
export interface Lease {
  readonly name: LeaseName;
  readonly worker: WorkerId;
  readonly fence: number;
}

export interface WorkerBeat {
  readonly worker: Pick<Worker, "id" | "host" | "pid" | "version" | "startedAt" | "lanes">;
  readonly claims: number;
  readonly load: WorkerLoad;
  readonly drained: boolean;
  /** How long the worker counts as alive, and keeps its leases, without another beat. */
  readonly ttlMs: number;
  /** What it wants to hold from now on. It gives up every other lease. */
  readonly wants: readonly LeaseName[];
}

/** The answer to a beat. */
export interface Presence {
  readonly draining: boolean;
  /** What the worker holds now, in the order of its wants. */
  readonly held: readonly Lease[];
}

/** How long a worker of a fleet lives without a beat. With the time between two beats, it stays below 15 s. */
export const workerTtlMs = 10_000;
/** How long a worker that is gone stays listed. */
export const goneKeptMs = 86_400_000;
/** Changes of load alone cause an event no more often than this. */
export const loadShownEveryMs = 10_000;

export type WorkerOp =
  /** Creates or renews the worker's row, and settles its leases; `Committed.presence` has the result. */
  | ({ readonly op: "worker.beat" } & WorkerBeat)
  /** The worker ends: it is gone, and its leases are free. Does nothing for an unknown one. */
  | { readonly op: "worker.end"; readonly id: WorkerId }
  /** Throws `not_found`, or `conflict` if it is gone. */
  | { readonly op: "worker.drain"; readonly id: WorkerId; readonly draining: boolean }
  /** Throws `conflict` unless this is the lease's newest holder, and the lease has not ended. */
  | { readonly op: "lease.check"; readonly lease: Lease }
  /**
   * Keeps a value that every worker reads; the event names its kind, the part of the name before the colon. With `ifAbsent`, an existing value stays; `ifValue` throws `conflict` unless
   * the value is still that one. Null deletes it.
   */
  | {
      readonly op: "shared.put";
      readonly name: string;
      readonly value: string | null;
      readonly ifAbsent?: boolean;
      readonly ifValue?: string | null;
    };
