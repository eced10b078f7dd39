/** Applies one act to many sessions in one unit: to all of them or to none. Undoing works the same way. */
import type { BulkReport, SessionBulk } from "@reef/protocol/bulk";
import { maxBulk } from "@reef/protocol/bulk";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import { found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { Op } from "../port/unit.ts";
import { findUnreadSeq } from "../session/sessions.ts";
import { stopAndDelete } from "../session/stop-and-delete.ts";
import { breathe, readMany } from "./breathe.ts";
import { commitWithUndo } from "./undo.ts";

interface Change {
  readonly op: Op;
  /** Null if it cannot be undone. */
  readonly undo: Op | null;
}

/**
 * Safe to repeat: sessions already in that state are skipped. Throws `limit_exceeded` if a filter selects more than
 * `maxBulk` sessions.
 */
export async function changeSessions(deps: Deps, bulk: SessionBulk): Promise<BulkReport> {
  if (bulk.topicId !== undefined && bulk.topicId !== null) {
    await found(deps.store.read.topic(bulk.topicId), "topic", bulk.topicId);
  }
  const { sessions, missing } = await findSessions(deps, bulk);
  if (bulk.action === "delete") return deleteSessions(deps, sessions, missing);
  const at = msToIso(deps.clock.now());
  const changes = (await readMany(deps.clock, sessions, (session) => changeOf(deps, { session, bulk, at }))).filter(
    (change) => change !== null,
  );
  const counts = { changed: changes.length, unchanged: sessions.length - changes.length, missing };
  if (changes.length === 0) return { ...counts, undo: null, undoUntil: null };
  const undoOps = changes.flatMap(({ undo }) => (undo === null ? [] : [undo]));
  const ops = changes.map(({ op }) => op);
  return { ...counts, ...(await commitWithUndo(deps, ops, undoOps)) };
}

async function deleteSessions(
  deps: Deps,
  sessions: readonly Session[],
  missing: readonly SessionId[],
): Promise<BulkReport> {
  const ids = sessions.map(({ id }) => id);
  if (ids.length > 0) await stopAndDelete(deps, ids, ...ids.map((id) => ({ op: "session.delete" as const, id })));
  return { changed: ids.length, unchanged: 0, missing: [...missing], undo: null, undoUntil: null };
}

interface Found {
  readonly sessions: readonly Session[];
  readonly missing: SessionId[];
}

async function findSessions(deps: Deps, { ids, filter }: SessionBulk): Promise<Found> {
  const { read } = deps.store;
  if (ids !== undefined) {
    const wanted = [...new Set(ids)];
    const sessions = await readMany(deps.clock, wanted, (id) => read.session(id));
    return {
      sessions: sessions.filter((session) => session !== null),
      missing: wanted.filter((_, at) => sessions[at] === null),
    };
  }
  const sessions: Session[] = [];
  const readPage = (cursor: string | null) => read.sessions(filter ?? {}, { limit: 500, cursor });
  for await (const page of eachPage(readPage, () => breathe(deps.clock))) {
    sessions.push(...page);
    if (sessions.length > maxBulk) {
      throw new AppError("limit_exceeded", `the filter matches more than ${maxBulk} sessions; narrow it`);
    }
  }
  return { sessions, missing: [] };
}

async function changeOf(
  deps: Deps,
  { session, bulk, at }: { readonly session: Session; readonly bulk: SessionBulk; readonly at: string },
): Promise<Change | null> {
  const { id } = session;
  const change = <Field extends "archivedAt" | "topicId" | "pinned" | "muted">(
    field: Field,
    value: Session[Field],
  ): Change | null =>
    session[field] === value
      ? null
      : {
          op: { op: "session.change", id, fields: { [field]: value } },
          undo: { op: "session.change", id, fields: { [field]: session[field] } },
        };
  switch (bulk.action) {
    case "archive":
      return session.archivedAt === null ? change("archivedAt", at) : null;
    case "restore":
      return change("archivedAt", null);
    case "move":
      return change("topicId", bulk.topicId ?? null);
    case "pin":
    case "unpin":
      return change("pinned", bulk.action === "pin");
    case "mute":
    case "unmute":
      return change("muted", bulk.action === "mute");
    case "read":
      return session.readSeq >= session.lastSeq
        ? null
        : {
            op: { op: "session.read", id, seq: session.lastSeq },
            undo: { op: "session.unread", id, seq: session.readSeq },
          };
    case "unread": {
      const seq = await findUnreadSeq(deps, session);
      return seq === null
        ? null
        : { op: { op: "session.unread", id, seq }, undo: { op: "session.read", id, seq: session.readSeq } };
    }
    case "delete":
      return null; // handled apart, since turns are stopped first
    default:
      return bulk.action satisfies never;
  }
}
