/**
 * Finds what is worth a notification between two states of the page: a question that opens, a session that fails or is
 * done. There is one for each question, however often its session changes, and none for a muted session.
 */
import type { Ask } from "@reef/protocol/ask";
import type { AskId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { shownStatus } from "../../ui/shown-status.ts";
import type { NoticeKind } from "./notice-settings.ts";

export interface DesktopNotice {
  readonly kind: NoticeKind;
  readonly session: Session;
  readonly text: string;
  /** The same for one occasion in every page and after every reload. */
  readonly key: string;
}

export interface Seen {
  readonly sessions: ReadonlyMap<SessionId, Session>;
  readonly asks: ReadonlyMap<AskId, Ask>;
}

/** `before` is null for the first state that was read, in which nothing is news. */
export function newNotices(before: Seen | null, after: Seen): readonly DesktopNotice[] {
  if (before === null) return [];
  return [...newWaits(before, after), ...newEnds(before.sessions, after.sessions)].filter(
    ({ session }) => !session.muted && session.archivedAt === null,
  );
}

function newWaits(before: Seen, { asks, sessions }: Seen): readonly DesktopNotice[] {
  if (asks === before.asks) return [];
  return [...asks.values()].flatMap((ask) => {
    const session = sessions.get(ask.sessionId);
    if (ask.state !== "open" || before.asks.has(ask.id) || session === undefined) return [];
    return { kind: "needs" as const, session, text: ask.question, key: ask.id };
  });
}

function newEnds(
  before: ReadonlyMap<SessionId, Session>,
  after: ReadonlyMap<SessionId, Session>,
): readonly DesktopNotice[] {
  if (after === before) return [];
  const notices: DesktopNotice[] = [];
  for (const session of after.values()) {
    const last = before.get(session.id);
    if (last === session || last === undefined) continue;
    const kind = kindOf(session);
    if (kind === null || kind === kindOf(last)) continue;
    const text = kind === "failed" ? (session.lastError ?? session.lastText) : session.lastText;
    notices.push({ kind, session, text, key: `${kind} ${session.id} ${session.lastSeq}` });
  }
  return notices;
}

function kindOf(session: Session): "failed" | "done" | null {
  if (session.status === "failed") return "failed";
  // The sessions a bot spawned report to that bot, not to a person.
  if (shownStatus(session) === "done_unseen" && session.parentId === null) return "done";
  return null;
}
