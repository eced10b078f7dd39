/** Keeps the asks of every gateway in step, later ones included, each beside its connection (AS3). */
import type { Deps, Log } from "@reef/engine/deps";
import type { GatewayId } from "@reef/protocol/ids";
import type { Gateways } from "../connection.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { createGatewayAsks, type GatewayAsks } from "./gateway-asks.ts";

export interface AsksOptions {
  readonly gateways: Gateways;
  readonly mirror: Mirror;
  readonly deps: Deps;
  readonly log: Log;
}

/** Dispose it before the mirror and the gateways. */
export function openGatewayAsks({ gateways, mirror, deps, log }: AsksOptions): AsyncDisposable {
  const kept = new Map<GatewayId, GatewayAsks>();

  function follow(id: GatewayId): void {
    const connection = gateways.get(id);
    const old = kept.get(id);
    // A changed gateway has a new connection.
    if (old !== undefined && old.connection !== connection) {
      kept.delete(id);
      void old[Symbol.asyncDispose]();
    }
    if (connection !== undefined && !kept.has(id)) {
      kept.set(id, createGatewayAsks({ connection, deps, log, watch: () => mirror.find(id) }));
    }
  }

  const unsubscribe = [
    gateways.onChange(follow),
    deps.store.onEvents((events) => {
      for (const event of events) {
        if (event.type !== "ask.changed" || event.ask.origin === undefined) continue;
        kept.get(event.ask.origin.gatewayId)?.changedHere(event.ask);
      }
    }),
  ];
  for (const { id } of gateways.list()) follow(id);

  return {
    async [Symbol.asyncDispose]() {
      for (const stop of unsubscribe) stop();
      await Promise.all([...kept.values()].map((asks) => asks[Symbol.asyncDispose]()));
    },
  };
}
