/**
 * Keeps the connections to all gateways in step with the store: an added gateway is connected, a changed one
 * reconnected, a deleted one disconnected. Everything that talks to a gateway goes through here.
 */
import type { Fleet } from "@reef/engine/fleet/fleet";
import { gatewayLease } from "@reef/engine/fleet/lease";
import type { Clock } from "@reef/engine/port/clock";
import type { Store, Unsubscribe } from "@reef/engine/port/store";
import type { GatewayRecord } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import type { SecretRecord } from "@reef/protocol/secret";
import type { Gateways } from "./connection.ts";
import { type ConnectionTimes, type OpenConnection, openConnection } from "./gateway-connection.ts";
import type { ReadGatewayToken } from "./token.ts";
import type { WireLog } from "./wire.ts";

export interface GatewaysOptions {
  readonly store: Pick<Store, "read" | "onEvents" | "onGap">;
  readonly clock: Clock;
  readonly log: WireLog;
  readonly readToken: ReadGatewayToken;
  readonly times?: Partial<ConnectionTimes>;
  /** Says which gateways this worker keeps the line to (FL1); all, if left out. */
  readonly lines?: Pick<Fleet, "held" | "want" | "onChange">;
}

interface Kept {
  readonly record: GatewayRecord;
  /** The fence of its line; null while another worker keeps it. */
  readonly fence: number | null;
  readonly connection: OpenConnection;
}

/** Connects to every stored gateway, without waiting for one. Disposing disconnects all. */
export async function openGateways(options: GatewaysOptions): Promise<Gateways> {
  const { store, lines } = options;
  const kept = new Map<GatewayId, Kept>();
  const listeners = new Set<(gatewayId: GatewayId) => void>();
  const closing = new Set<Promise<void>>();
  const wanted = new Map<GatewayId, Unsubscribe>();
  const tell = (id: GatewayId) => {
    for (const listener of [...listeners]) listener(id);
  };

  function letGo(id: GatewayId): void {
    const old = kept.get(id);
    kept.delete(id);
    if (old === undefined) return;
    const closed = Promise.resolve(old.connection[Symbol.asyncDispose]());
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  }

  function take(record: GatewayRecord): void {
    const old = kept.get(record.id)?.record;
    if (lines !== undefined && !wanted.has(record.id)) wanted.set(record.id, lines.want(gatewayLease(record.id)));
    if (old !== undefined && isSamePlace(old, record)) return;
    connect(record);
  }

  function fenceOf(id: GatewayId): number | null {
    if (lines === undefined) return 0;
    return lines.held(gatewayLease(id))?.fence ?? null;
  }

  /** A line that came is opened, one that was lost is closed. */
  function followLines(): void {
    for (const { record, fence } of [...kept.values()]) {
      if (fence === fenceOf(record.id)) continue;
      connect(record);
      tell(record.id);
    }
  }

  function connect(record: GatewayRecord): void {
    letGo(record.id);
    const fence = fenceOf(record.id);
    const isElsewhere = fence === null;
    const connection = openConnection({ ...options, record, isElsewhere, onStatus: () => tell(record.id) });
    kept.set(record.id, { record, fence, connection });
  }

  /** For a new value that was never used yet: a gateway that refused the old one is tried immediately. */
  function connectAnew({ name, lastUsedAt }: SecretRecord): void {
    if (lastUsedAt !== null) return;
    for (const { record } of [...kept.values()]) {
      if (record.token.from === "secret" && record.token.name === name) connect(record);
    }
  }

  function forget(id: GatewayId): void {
    letGo(id);
    wanted.get(id)?.();
    wanted.delete(id);
  }

  const stopFollowing = lines?.onChange(followLines);
  const unsubscribe = store.onEvents((events) => {
    for (const event of events) {
      if (event.type === "gateway.changed") take(event.gateway);
      else if (event.type === "gateway.deleted") forget(event.gatewayId);
      else if (event.type === "secret.changed") connectAnew(event.secret);
      if (event.type !== "gateway.changed" && event.type !== "gateway.deleted") continue;
      tell(event.type === "gateway.changed" ? event.gateway.id : event.gatewayId);
    }
  });
  async function readAgain(): Promise<void> {
    const records = await store.read.gateways();
    for (const id of [...kept.keys()]) if (!records.some((record) => record.id === id)) forget(id);
    for (const record of records) take(record);
  }
  const stopGaps = store.onGap(() => {
    readAgain().catch((error: unknown) => options.log.warn({ error }, "the gateways could not be read"));
  });
  for (const record of await store.read.gateways()) take(record);
  return {
    get: (id) => kept.get(id)?.connection,
    list: () => [...kept.values()].map(({ connection }) => connection),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      unsubscribe();
      stopGaps();
      stopFollowing?.();
      for (const id of [...kept.keys()]) letGo(id);
      await Promise.all(closing);
      // Only now may another worker open them.
      for (const release of wanted.values()) release();
    },
  };
}

/** A new name alone needs no new connection. */
function isSamePlace(a: GatewayRecord, b: GatewayRecord): boolean {
  return a.url === b.url && a.enabled === b.enabled && a.token.from === b.token.from && a.token.name === b.token.name;
}
