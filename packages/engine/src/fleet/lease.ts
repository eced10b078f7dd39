/**
 * Decides who holds a lease (FL1): its holder until it ends, then the first worker that asks. A holder that comes back
 * late gets the next fence like anyone else, so that what it began under the old one is refused.
 */
import type { GatewayId, WorkerId } from "@reef/protocol/ids";
import type { Worker, WorkerLoad } from "@reef/protocol/worker";
import type { Lease, LeaseName } from "../port/workers.ts";

export interface LeaseState {
  readonly worker: WorkerId | null;
  readonly fence: number;
  readonly untilMs: number;
}

/** Returns the lease as the beat of a worker that wants it leaves it. */
export function wishForLease(
  lease: LeaseState | undefined,
  wish: { readonly worker: WorkerId; readonly nowMs: number; readonly untilMs: number },
): LeaseState {
  const { worker, nowMs, untilMs } = wish;
  if (lease === undefined) return { worker, fence: 1, untilMs };
  const isHeld = lease.worker !== null && lease.untilMs >= nowMs;
  if (isHeld) return lease.worker === worker ? { ...lease, untilMs } : lease;
  return { worker, fence: lease.fence + 1, untilMs };
}

export function holdsLease(
  lease: LeaseState | undefined,
  { worker, fence }: Pick<Lease, "worker" | "fence">,
  nowMs: number,
): boolean {
  return lease?.worker === worker && lease.fence === fence && lease.untilMs >= nowMs;
}

/** A lease that was never taken binds no one: a store without a fleet gives every turn to every worker. */
export function isElsewhere(lease: LeaseState | undefined, worker: WorkerId, nowMs: number): boolean {
  return lease !== undefined && (lease.worker !== worker || lease.untilMs < nowMs);
}

const gatewayPrefix = "gateway:";

export function gatewayLease(id: GatewayId): LeaseName {
  return `${gatewayPrefix}${id}`;
}

/** Returns the gateway whose line the lease is; null for any other lease. */
export function gatewayOfLease(name: LeaseName): GatewayId | null {
  return name.startsWith(gatewayPrefix) ? (name.slice(gatewayPrefix.length) as GatewayId) : null;
}

/** True if people should see the new load before the usual time is over. */
export function isOtherLoad(
  before: WorkerLoad & Pick<Worker, "claims">,
  after: WorkerLoad & Pick<Worker, "claims">,
): boolean {
  if (before.claims !== after.claims) return true;
  if (Math.abs(before.cpu - after.cpu) >= 0.1) return true;
  return Math.abs(before.memoryBytes - after.memoryBytes) > before.memoryBytes / 10;
}

/** Returns the part of a shared value's name that may be told. */
export function kindOfShared(name: string): string {
  return name.split(":", 1)[0] ?? "";
}
