/**
 * Stops everything that runs or would go on by itself, across all bots. Nothing is paused: messages sent later are
 * handled.
 */
import { eachPage } from "@reef/protocol/each-page";
import type { SessionId } from "@reef/protocol/ids";
import type { Session, SessionStatus } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { type CancelReport, type CancelRequest, cancelSession } from "./cancel.ts";

/** A turn that waits for a person continues only when that person answers, so it is left alone. */
const stopped: readonly SessionStatus[] = ["running", "unknown", "waiting"];

/**
 * Cancels the turns of all sessions together, each as `cancelSession` does (TU6), and resolves within about a second.
 * With `queued`, waiting messages of every mailbox are withdrawn too; without it, they start new turns.
 */
export async function stopAll(deps: Deps, request: CancelRequest): Promise<CancelReport> {
  const statuses = request.queued === true ? [...stopped, "queued" as const] : stopped;
  const busy = new Map<SessionId, Session>();
  for (const status of statuses) {
    for (const session of await sessionsWith(deps, status)) busy.set(session.id, session);
  }
  // A cancel includes spawned sessions, so only the topmost session of each tree is cancelled.
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
