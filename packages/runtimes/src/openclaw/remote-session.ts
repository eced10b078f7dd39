/**
 * A session of Reef at its gateway: there before its first run, with its title as the label, and pinned, so that the gateway's
 * upkeep never archives it. An adopted session is left as it is.
 */
import type { Session } from "@reef/protocol/session";
import { type GatewayConnection, GatewayError } from "./connection.ts";

export interface RemoteSession {
  readonly connection: GatewayConnection;
  readonly key: string;
  readonly agentId: string;
  readonly session: Session;
  /** Titles of those that are there, by gateway and key. */
  readonly ready: Map<string, string>;
}

/** Makes it when it is not there, and follows its title. Rejects with `GatewayError`. */
export async function makeReady({ connection, key, agentId, session, ready }: RemoteSession): Promise<void> {
  if (session.mirrors !== null) return;
  const place = `${connection.id} ${key}`;
  const before = ready.get(place);
  if (before === session.title) return;
  const give = (label: string) =>
    before === undefined
      ? connection.request("sessions.create", { key, agentId, label })
      : connection.request("sessions.patch", { key, label });
  try {
    await give(session.title);
  } catch (error) {
    // Labels are unique over there; titles need not be.
    if (!(error instanceof GatewayError) || !/label/i.test(error.message)) throw error;
    await give(`${session.title.slice(0, 180)} · ${session.id.slice(-6)}`);
  }
  if (before === undefined) await connection.request("sessions.patch", { key, pinned: true });
  ready.set(place, session.title);
}
