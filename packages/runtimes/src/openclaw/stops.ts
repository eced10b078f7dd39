/**
 * Stops the run of a cancelled turn at its gateway too (TU6), also one that is just being sent, and one whose gateway
 * is away: it is stopped when the gateway is back. A turn that is given back on shutdown leaves its run alone.
 */
import type { Unsubscribe } from "@reef/engine/port/store";
import type { Stop } from "@reef/engine/turn/stop";
import type { GatewayConnection } from "./connection.ts";
import type { WireLog } from "./wire.ts";

export interface RemoteRun {
  readonly connection: GatewayConnection;
  readonly key: string;
  readonly runId: string;
}

export interface WatchedStop {
  /** Called when the turn has left the run. */
  leave: Unsubscribe;
  /** Resolves when the gateway has answered the stop; null when none was requested. Never rejects. */
  asked(): Promise<void> | null;
}

export interface Stops {
  /** Stops the run when the signal aborts for a reason that ends it. */
  watch(signal: AbortSignal, find: () => RemoteRun | null): WatchedStop;
  /** Marks a run as on its way, so that its stop waits for the gateway to know it. */
  sending<Value>(runId: string, sent: Promise<Value>): Promise<Value>;
}

export function createStops({ log }: { readonly log: WireLog }): Stops {
  const onTheWay = new Map<string, Promise<unknown>>();

  async function stop({ connection, key, runId }: RemoteRun): Promise<void> {
    await onTheWay.get(runId)?.catch(() => undefined);
    try {
      await connection.request("sessions.abort", { key, runId });
    } catch (error) {
      log.warn({ runId, error }, "a run could not be stopped at its gateway; Reef will try again when that is back");
      const again = connection.onReady(() => {
        again();
        void connection.request("sessions.abort", { key, runId }).catch(() => undefined);
      });
    }
  }

  return {
    watch(signal, find) {
      let asked: Promise<void> | null = null;
      const onAbort = () => {
        const reason = signal.reason as Stop | undefined;
        const run = find();
        if (run !== null && (reason?.kind === "cancel" || reason?.kind === "timeout")) asked = stop(run);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      return { leave: () => signal.removeEventListener("abort", onAbort), asked: () => asked };
    },
    async sending(runId, sent) {
      onTheWay.set(runId, sent);
      try {
        return await sent;
      } finally {
        onTheWay.delete(runId);
      }
    },
  };
}
