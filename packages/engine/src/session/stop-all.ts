/** Stops everything that runs or would go on by itself, over all bots. Nothing is paused: what is sent next is handled. */
import { eachPage } from "@reef/protocol/each-page";
import type { SessionId } from "@reef/protocol/ids";
import type { Session, SessionStatus } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { type CancelReport, type CancelRequest, cancelSession } from "./cancel.ts";

/** A turn that waits for a person goes on only when that person says so: it is left alone. */
const stopped: readonly SessionStatus[] = ["running", "unknown", "waiting"];

/**
 * Cancels the turns of all sessions at once, each as `cancelSession` does (TU6): answers within about a second. With
 * `queued`, the messages that wait in any mailbox are withdrawn too; without, they start new turns.
 */
export async function stopAll(deps: Deps, request: CancelRequest): Promise<CancelReport> {
  const statuses = request.queued === true ? [...stopped, "queued" as const] : stopped;
  const busy = new Map<SessionId, Session>();
  for (const status of statuses) {
    for (const session of await sessionsWith(deps, status)) busy.set(session.id, session);
  }
  // A cancel takes the sessions that were spawned along: only the topmost of each tree is asked for.
  const topmost = [...busy.values()].filter((session) => session.parentId === null || !busy.has(session.parentId));
  const reports = await Promise.all(topmost.map(({ id }) => cancelSession(deps, id, request)));
  const all = (part: keyof CancelReport) => [...new Set(reports.flatMap((report) => report[part]))];
  return { cancelled: all("cancelled"), idle: all("idle"), notStopped: all("notStopped") };
}

async function sessionsWith(deps: Deps, status: SessionStatus): Promise<readonly Session[]> {
  const found: Session[] = [];
  for await (const sessions of eachPage((cursor) => deps.store.read.sessions({ status }, { limit: 1000, cursor })))
    found.push(...sessions);
  return found;
}
