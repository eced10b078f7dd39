/**
 * Reads sessions: by id, by title, listed, as a tree. Each comes with what its status needs from its turn and its bot.
 */
import type { Queries } from "@reef/engine/port/queries";
import type { BotId, GatewayId, SessionId } from "@reef/protocol/ids";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Session, SessionFilter, SessionStatus } from "@reef/protocol/session";
import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from "kysely";
import { messageColumns, sessionColumns } from "../columns.ts";
import { messageRowToNoun } from "../rows/message.ts";
import { type SessionSurroundings, sessionRowToNoun } from "../rows/session.ts";
import { type Source, statement } from "../sql.ts";
import type { MessageRow, SessionRow, Tables } from "../tables.ts";
import { cursorToSortKey, makePage, sortKeyToCursor } from "./page.ts";
import { readSessionCounts } from "./session-counts.ts";

type Row = SessionRow & SessionSurroundings;

const columns = sessionColumns.map((column) => `sessions.${column}` as const);

function selectSessions(db: Kysely<Tables>) {
  return db
    .selectFrom("sessions")
    .innerJoin("bots", "bots.id", "sessions.bot_id")
    .leftJoin("turns", "turns.id", "sessions.turn_id")
    .leftJoin("sessions as asking", "asking.id", "sessions.waits_for_id")
    .select(columns)
    .select([
      "turns.state as turn_state",
      "turns.lease_until_ms as turn_lease_until_ms",
      "turns.started_at as turn_started_at",
      "turns.provider_wait as turn_provider_wait",
      "bots.paused_at as bot_paused_at",
      "bots.held as bot_held",
      "asking.title as waits_for_title",
    ]);
}

const sessionById = statement<{ id: SessionId }, Row>((db, param) =>
  selectSessions(db).where("sessions.id", "=", param("id")),
);
const sessionsByTitle = statement<{ title_key: string }, Row>((db, param) =>
  selectSessions(db)
    .where("sessions.title_key", "=", param("title_key"))
    .where("sessions.archived_at", "is", null)
    .orderBy("sessions.last_at", "desc")
    .orderBy("sessions.id", "desc"),
);
const sessionByMirror = statement<{ gatewayId: GatewayId; key: string }, Row>((db, param) =>
  selectSessions(db)
    .where("sessions.gateway_id", "=", param("gatewayId"))
    .where("sessions.gateway_key", "=", param("key")),
);
const mainSession = statement<{ bot_id: BotId; limit: number }, Row>((db, param) =>
  selectSessions(db)
    .where("sessions.bot_id", "=", param("bot_id"))
    .where("sessions.archived_at", "is", null)
    .where("sessions.parent_id", "is", null)
    .orderBy("sessions.n", "desc")
    .limit(param("limit")),
);
const tree = statement<{ root_id: SessionId }, Row>((db, param) =>
  selectSessions(db).where("sessions.root_id", "=", param("root_id")).orderBy("sessions.depth").orderBy("sessions.n"),
);
const openChildren = statement<{ parent_id: SessionId }, MessageRow>((db, param) =>
  db
    .selectFrom("sessions")
    .innerJoin("messages", "messages.id", "sessions.task_message_id")
    .select(messageColumns.map((column) => `messages.${column}` as const))
    .where("sessions.parent_id", "=", param("parent_id"))
    .where("sessions.child_open", "=", 1)
    .orderBy("sessions.n"),
);

type SessionQueries = Pick<
  Queries,
  | "session"
  | "sessions"
  | "listCounts"
  | "sessionsByTitle"
  | "sessionByMirror"
  | "mainSessionOfBot"
  | "openChildren"
  | "tree"
>;

export function sessionQueries(source: Source): SessionQueries {
  const toNoun = (row: Row) => sessionRowToNoun(row, row, source.steadyMs());
  return {
    session: async (id) => (await source.all(sessionById, { id })).map(toNoun)[0] ?? null,
    sessionsByTitle: async (title) =>
      (await source.all(sessionsByTitle, { title_key: title.toLowerCase() })).map(toNoun),
    sessionByMirror: async (mirror) => (await source.all(sessionByMirror, mirror)).map(toNoun)[0] ?? null,
    mainSessionOfBot: async (botId) =>
      (await source.all(mainSession, { bot_id: botId, limit: 1 })).map(toNoun)[0] ?? null,
    tree: async (rootId) => (await source.all(tree, { root_id: rootId })).map(toNoun),
    openChildren: async (parentId) =>
      (await source.all(openChildren, { parent_id: parentId }))
        .map(messageRowToNoun)
        .map((task) => ({ sessionId: task.sessionId, task })),
    sessions: (filter, page) => listSessions(source, filter, page),
    listCounts: () => readSessionCounts(source),
  };
}

/** Status is derived, so a filter by status reads on until the page is full; the deciding facts narrow the search. */
async function listSessions(source: Source, filter: SessionFilter, page: PageRequest): Promise<Page<Session>> {
  const found: Session[] = [];
  let after = cursorToSortKey(page, ["string", "string"]);
  for (;;) {
    const from = after;
    const limit = filter.status === undefined ? page.limit : Math.max(page.limit, 200);
    const rows = await source.query((db) => {
      const query = selectSessions(db)
        .where((build) => build.and(conditions(build, filter)))
        .orderBy("sessions.last_at", "desc")
        .orderBy("sessions.id", "desc")
        .limit(limit + 1);
      if (from === null) return query;
      const [lastAt, id] = from;
      return query.where((build) =>
        build.or([
          build("sessions.last_at", "<", lastAt),
          build.and([build("sessions.last_at", "=", lastAt), build("sessions.id", "<", id as SessionId)]),
        ]),
      );
    });
    const sortKeyOf = ({ last_at, id }: Row) => [last_at, id] as const;
    const toItem = (row: Row) => sessionRowToNoun(row, row, source.steadyMs());
    if (filter.status === undefined) return makePage(rows, { limit, sortKeyOf, toItem });
    for (const [at, row] of rows.slice(0, limit).entries()) {
      const session = toItem(row);
      if (session.status !== filter.status) continue;
      found.push(session);
      if (found.length < page.limit) continue;
      return { items: found, next: at + 1 < rows.length ? sortKeyToCursor(sortKeyOf(row)) : null };
    }
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) return { items: found, next: null };
    after = [last.last_at, last.id];
  }
}

type SessionBuilder = ExpressionBuilder<Tables & { turns: Partial<Tables["turns"]> }, "sessions" | "bots">;

function conditions(eb: unknown, filter: SessionFilter) {
  const build = eb as SessionBuilder;
  const all: Expression<SqlBool>[] = [build("sessions.archived_at", filter.archived === true ? "is not" : "is", null)];
  if (filter.botId !== undefined) all.push(build("sessions.bot_id", "=", filter.botId));
  if (filter.topicId !== undefined) all.push(build("sessions.topic_id", "=", filter.topicId));
  if (filter.parentId !== undefined) all.push(build("sessions.parent_id", "=", filter.parentId));
  if (filter.pinned !== undefined) all.push(build("sessions.pinned", "=", filter.pinned ? 1 : 0));
  if (filter.unread !== undefined) all.push(build("sessions.unread", filter.unread ? ">" : "=", 0));
  if (filter.status !== undefined) all.push(...possibleFor(build, filter.status));
  for (const word of filter.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? []) {
    const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    all.push(sql<SqlBool>`${build.ref("sessions.title_key")} like ${pattern} escape '\\'`);
  }
  return all;
}

/** Returns the conditions that a session of this status must meet; `sessionStatus` has the final decision. */
function possibleFor(build: SessionBuilder, status: SessionStatus) {
  switch (status) {
    case "needs_you":
      // As a literal, so that SQLite takes the index of those that ask.
      return [sql<SqlBool>`sessions.open_asks > 0`];
    case "out_of_budget":
      return [build("sessions.out_of_budget", "is not", null)];
    case "running":
    case "unknown":
      return [build("sessions.turn_id", "is not", null)];
    case "waiting":
      return [build.or([build("sessions.turn_id", "is not", null), build("sessions.asks_below", ">", 0)])];
    case "failed":
      return [build("sessions.last_turn_state", "=", "failed"), build("sessions.turn_id", "is", null)];
    case "queued":
      return [build("sessions.queued", ">", 0), build("sessions.turn_id", "is", null)];
    case "held":
      return [build.or([build("sessions.held", "=", 1), build("bots.held", "=", 1)])];
    case "paused":
      return [build("bots.paused_at", "is not", null)];
    case "idle":
      return [build("sessions.turn_id", "is", null)];
    default:
      return status satisfies never;
  }
}
