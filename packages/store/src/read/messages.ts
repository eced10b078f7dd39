/** Reads messages: by id, listed, waiting in a mailbox. */
import type { Queries } from "@reef/engine/port/queries";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import { messageColumns } from "../columns.ts";
import { messageRowToNoun } from "../rows/message.ts";
import { type Source, statement } from "../sql.ts";
import type { MessageRow } from "../tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const messageById = statement<{ id: MessageId }, MessageRow>((db, param) =>
  db.selectFrom("messages").select(messageColumns).where("id", "=", param("id")),
);
const queued = statement<{ session_id: SessionId }, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", "queued")
    .orderBy("rank"),
);

const byKey = statement<{ session_id: SessionId; idempotency_key: string }, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("idempotency_key", "=", param("idempotency_key")),
);

interface CauseRow {
  readonly cause: string;
  readonly count: number;
  readonly sessions: number;
  readonly bots: number;
  readonly position: number;
}

const deadCauses = statement<{ limit: number }, CauseRow>((db, param) =>
  db
    .selectFrom("messages")
    .innerJoin("sessions", "sessions.id", "messages.session_id")
    .select("messages.cause")
    .$narrowType<{ cause: string }>()
    .select(({ fn }) => [
      fn.countAll<number>().as("count"),
      fn.count<number>("messages.session_id").distinct().as("sessions"),
      fn.count<number>("sessions.bot_id").distinct().as("bots"),
      fn.max("messages.line").as("position"),
    ])
    .where("messages.cause", "is not", null)
    .where("messages.dismissed_at", "is", null)
    .groupBy("messages.cause")
    .orderBy("position", "desc")
    .limit(param("limit")),
);
const byPosition = statement<{ position: number }, MessageRow>((db, param) =>
  db.selectFrom("messages").select(messageColumns).where("line", "=", param("position")),
);

export function messageQueries(
  source: Source,
): Pick<Queries, "message" | "messages" | "messageByKey" | "queuedMessages" | "deadCauses"> {
  return {
    deadCauses: async (limit) => {
      const rows = await source.all(deadCauses, { limit });
      return Promise.all(
        rows.map(async ({ position, ...row }) => {
          const [newest] = await source.all(byPosition, { position });
          return { ...row, reason: newest?.reason ?? row.cause, newestAt: newest?.accepted_at ?? null };
        }),
      );
    },
    message: async (id) => (await source.all(messageById, { id })).map(messageRowToNoun)[0] ?? null,
    messageByKey: async (sessionId, idempotencyKey) => {
      const found = await source.all(byKey, { session_id: sessionId, idempotency_key: idempotencyKey });
      return found.map(messageRowToNoun)[0] ?? null;
    },
    queuedMessages: async (sessionId) => (await source.all(queued, { session_id: sessionId })).map(messageRowToNoun),
    messages: async (filter, page) => {
      const after = cursorToSortKey(page, ["number"]);
      const rows = await source.query((db) => {
        let query = db
          .selectFrom("messages")
          .select(messageColumns)
          .orderBy("line", "desc")
          .limit(page.limit + 1);
        if (after !== null) query = query.where("line", "<", after[0]);
        if (filter.state !== undefined) query = query.where("state", "=", filter.state);
        if (filter.sessionId !== undefined) query = query.where("session_id", "=", filter.sessionId);
        if (filter.fromSessionId !== undefined) query = query.where("from_session_id", "=", filter.fromSessionId);
        if (filter.chainId !== undefined) query = query.where("chain_id", "=", filter.chainId);
        if (filter.cause !== undefined) query = query.where("cause", "=", filter.cause);
        if (filter.idempotencyKey !== undefined) query = query.where("idempotency_key", "=", filter.idempotencyKey);
        if (filter.betweenBots) query = query.where("from_session_id", "is not", null);
        const { botId } = filter;
        if (botId !== undefined) {
          query = query.where((build) => {
            const own = build.selectFrom("sessions").select("sessions.id").where("sessions.bot_id", "=", botId);
            return build.or([build("session_id", "in", own), build("from_session_id", "in", own)]);
          });
        }
        if (filter.dismissed !== undefined) {
          query = query.where("dismissed_at", filter.dismissed ? "is not" : "is", null);
        }
        return query;
      });
      return makePage(rows, { limit: page.limit, sortKeyOf: ({ line }) => [line], toItem: messageRowToNoun });
    },
  };
}
