/**
 * Prepares a session of Reef at its gateway: it exists before its first run, with its title as the label. The mirror
 * carries over what a person pins, renames or archives on either side. An adopted session is left as it is.
 */
import type { Session } from "@reef/protocol/session";
import { z } from "zod";
import { type GatewayConnection, GatewayError } from "./connection.ts";

export interface RemoteSession {
  readonly connection: GatewayConnection;
  readonly key: string;
  readonly agentId: string;
  readonly session: Session;
  /** Titles of the sessions that exist there, by gateway and key. */
  readonly ready: Map<string, string>;
}

/** Creates the session when it is missing, and updates its title. Rejects with `GatewayError`. */
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
    // Labels are unique in OpenClaw; titles need not be.
    if (!(error instanceof GatewayError) || !/label/i.test(error.message)) throw error;
    await give(`${session.title.slice(0, 180)} · ${session.id.slice(-6)}`);
  }
  // Only where a person pinned: its sidebar is not ours to fill.
  if (before === undefined && session.pinned) await connection.request("sessions.patch", { key, pinned: true });
  ready.set(place, session.title);
}

const Described = z.looseObject({ session: z.looseObject({ sessionId: z.string().optional() }) });

/** Repeats the request after restoring a session that was archived there: someone who writes to it wants it back. */
export async function restoring<Value>(
  connection: GatewayConnection,
  key: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "refused" || !/archived/i.test(error.message)) throw error;
    const described = Described.safeParse(await connection.request("sessions.describe", { key }));
    const expectedSessionId = described.data?.session.sessionId;
    await connection.request("sessions.patch", {
      key,
      archived: false,
      ...(expectedSessionId !== undefined && { expectedSessionId }),
    });
    return await ask();
  }
}
