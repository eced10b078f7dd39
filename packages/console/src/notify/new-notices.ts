/**
 * What is worth a word between two states of the list: a session that begins to wait for a person, fails, or is done.
 * One word a wait: a session that still waits, or is read again after a reconnect, is not told twice.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { needsPerson } from "../cache.ts";
import { shownStatus } from "../ui/shown-status.ts";
import type { NoticeKind } from "./notice-settings.ts";

export interface Notice {
  readonly kind: NoticeKind;
  readonly session: Session;
}

/** `before` null: the first state that was read, of which nothing is news. */
export function newNotices(
  before: ReadonlyMap<SessionId, Session> | null,
  after: ReadonlyMap<SessionId, Session>,
): readonly Notice[] {
  if (before === null) return [];
  const notices: Notice[] = [];
  for (const session of after.values()) {
    const last = before.get(session.id);
    if (last === session || session.archivedAt !== null || last === undefined) continue;
    const kind = kindOf(session);
    if (kind !== null && kind !== kindOf(last)) notices.push({ kind, session });
  }
  return notices;
}

function kindOf(session: Session): NoticeKind | null {
  if (needsPerson(session)) return "needs";
  if (session.status === "failed") return "failed";
  // The sessions a bot spawned report to that bot, not to a person.
  if (shownStatus(session) === "done_unseen" && session.parentId === null) return "done";
  return null;
}
