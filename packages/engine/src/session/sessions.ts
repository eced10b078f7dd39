/** Creates, renames, moves, pins, mutes, archives with undo, marks as read or unread, and deletes sessions. */

import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { NewSession, Session, SessionPatch } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import type { Committed } from "../port/store.ts";
import { stopAndDelete } from "./stop-and-delete.ts";

/** Creates a session. Without a title it has its bot's name. */
export async function createSession(deps: Deps, input: NewSession): Promise<Session> {
  const bot = await found(deps.store.read.bot(input.botId), "bot", input.botId);
  await requireTopic(deps, input.topicId);
  const committed = await commitOps(deps, {
    op: "session.create",
    session: {
      id: makeId("session"),
      title: bot.name,
      ...givenFields(input),
      parentId: null,
      taskMessageId: null,
    },
  });
  return lastEvent(committed, "session.changed").session;
}

export async function changeSession(deps: Deps, id: SessionId, patch: SessionPatch): Promise<Session> {
  await requireTopic(deps, patch.topicId);
  return changed(deps, id, await commitOps(deps, { op: "session.change", id, fields: patch }));
}

/**
 * Takes the session out of the list; nothing is lost and its turn goes on. Undone by `restoreSession`. Safe to call
 * twice.
 */
export async function archiveSession(deps: Deps, id: SessionId): Promise<Session> {
  const session = await found(deps.store.read.session(id), "session", id);
  if (session.archivedAt !== null) return session;
  const archivedAt = msToIso(deps.clock.now());
  return changed(deps, id, await commitOps(deps, { op: "session.change", id, fields: { archivedAt } }));
}

/** Safe to call twice. */
export async function restoreSession(deps: Deps, id: SessionId): Promise<Session> {
  return changed(deps, id, await commitOps(deps, { op: "session.change", id, fields: { archivedAt: null } }));
}

/** Marks everything up to `seq` as read; everything if it is null. Never moves back. */
export async function readSession(deps: Deps, id: SessionId, seq: number | null): Promise<Session> {
  const session = await found(deps.store.read.session(id), "session", id);
  const through = Math.min(seq ?? session.lastSeq, session.lastSeq);
  if (through <= session.readSeq) return session;
  return changed(deps, id, await commitOps(deps, { op: "session.read", id, seq: through }));
}

/**
 * Marks the latest entry of a bot or another session as unread. Does nothing if the newest few hundred entries have
 * none.
 */
export async function unreadSession(deps: Deps, id: SessionId): Promise<Session> {
  const session = await found(deps.store.read.session(id), "session", id);
  const seq = await findUnreadSeq(deps, session);
  return seq === null ? session : changed(deps, id, await commitOps(deps, { op: "session.unread", id, seq }));
}

/**
 * Returns the entry after which the session would have something unread; null if it has already, or if the newest few
 * hundred entries hold nothing to read.
 */
export async function findUnreadSeq(deps: Pick<Deps, "store">, { id, unread }: Session): Promise<number | null> {
  if (unread > 0) return null;
  const entries = await deps.store.read.entries(id, { limit: entriesLookedAt });
  const last = entries.findLast(({ kind, text }) => (kind === "bot" && text !== "") || kind === "session");
  return last === undefined ? null : last.seq - 1;
}

const entriesLookedAt = 500;

/**
 * Stops the session and the ones it spawned, and deletes it; the spawned ones stay. Throws `conflict` if a turn could
 * not be stopped.
 */
export async function deleteSession(deps: Deps, id: SessionId): Promise<void> {
  await found(deps.store.read.session(id), "session", id);
  await stopAndDelete(deps, [id], { op: "session.delete", id });
}

async function changed(deps: Deps, id: SessionId, committed: Committed): Promise<Session> {
  return committed.events.some((event) => event.type === "session.changed")
    ? lastEvent(committed, "session.changed").session
    : found(deps.store.read.session(id), "session", id);
}

async function requireTopic(deps: Deps, id: TopicId | null | undefined): Promise<void> {
  if (id !== null && id !== undefined) await found(deps.store.read.topic(id), "topic", id);
}
