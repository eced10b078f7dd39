/**
 * Mirrors gateways: a roster for each connected one and, for every session shown here, its growing transcript. It
 * subscribes again after each connect and then reads what it has missed.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { AppError } from "@reef/protocol/error";
import type { GatewayId } from "@reef/protocol/ids";
import type { Gateways } from "../connection.ts";
import type { MirrorLog } from "./mirror-log.ts";
import { createWatch, type GatewayWatch, type WatchParts } from "./watch.ts";

export interface MirrorOptions {
  readonly gateways: Gateways;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: MirrorLog;
  /** The folder for its progress; null keeps that in memory. */
  readonly folder: string | null;
  /** Called when something of the gateway changed; a session of it when there is a key. */
  readonly onHint: (gatewayId: GatewayId, key: string | null) => void;
}

export interface Mirror extends AsyncDisposable {
  /** Throws `not_found` without such a gateway. */
  get(gatewayId: GatewayId): GatewayWatch;
  /** Returns null without such a gateway. */
  find(gatewayId: GatewayId): GatewayWatch | null;
}

/** Watches every gateway from now on, later ones included. Dispose it before the gateways and the store. */
export function openMirror(options: MirrorOptions): Mirror {
  const { gateways, store } = options;
  const watches = new Map<GatewayId, GatewayWatch>();

  function follow(id: GatewayId): void {
    const connection = gateways.get(id);
    const watch = watches.get(id);
    // A changed gateway has a new connection.
    if (watch !== undefined && watch.connection !== connection) {
      watches.delete(id);
      void watch[Symbol.asyncDispose]();
    }
    if (connection !== undefined && !watches.has(id)) {
      const parts: WatchParts = { ...options, connection, onHint: (key) => options.onHint(id, key) };
      watches.set(id, createWatch(parts));
    }
    options.onHint(id, null);
  }

  const unsubscribe = [
    gateways.onChange(follow),
    store.onEvents((events) => {
      for (const event of events) {
        if (event.type === "turn.changed" && event.turn.endedAt !== null) {
          for (const watch of watches.values()) watch.turnEnded(event.turn.sessionId);
        } else if (event.type === "session.changed") {
          for (const watch of watches.values()) watch.sessionChanged(event.session);
        }
      }
    }),
  ];
  for (const { id } of gateways.list()) follow(id);

  return {
    get(id) {
      const watch = watches.get(id);
      if (watch === undefined) throw new AppError("not_found", `no gateway has the id ${id}`);
      return watch;
    },
    find: (id) => watches.get(id) ?? null,
    async [Symbol.asyncDispose]() {
      for (const stop of unsubscribe) stop();
      await Promise.all([...watches.values()].map((watch) => watch[Symbol.asyncDispose]()));
    },
  };
}
