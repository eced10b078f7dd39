/** Holds the writer's statements on messages and transcripts, each compiled once. */

import type { ChainId, MessageId, SessionId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import { messageColumns, wholeEntryColumns } from "../columns.ts";
import { isCurrent } from "../replaced.ts";
import { eachParam, statement } from "../sql.ts";
import type { EntryRow, MessageRow, WholeEntryRow } from "../tables.ts";

export const messageById = statement<{ id: MessageId }, MessageRow>((db, param) =>
  db.selectFrom("messages").select(messageColumns).where("id", "=", param("id")),
);
export const messageByKey = statement<{ session_id: SessionId; idempotency_key: string }, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("idempotency_key", "=", param("idempotency_key")),
);
export const insertMessage = statement<MessageRow>((db, param) =>
  db.insertInto("messages").values(eachParam(param, messageColumns)),
);
export const updateMessage = statement<MessageRow>((db, param) =>
  db
    .updateTable("messages")
    .set(
      eachParam(param, [
        "state",
        "delivered_at",
        "acted_at",
        "answered_at",
        "answered_by",
        "turn_id",
        "reason",
        "cause",
        "held",
        "dismissed_at",
      ]),
    )
    .where("line", "=", param("line")),
);
/** A retried message is accepted again, and gets a new position. */
export const reacceptMessage = statement<MessageRow>((db, param) =>
  db
    .updateTable("messages")
    .set(eachParam(param, ["line", "rank", "accepted_at", "retries"]))
    .where("id", "=", param("id")),
);
export const rankMessage = statement<MessageRow>((db, param) =>
  db
    .updateTable("messages")
    .set(eachParam(param, ["rank"]))
    .where("line", "=", param("line")),
);
export const queuedAtRank = statement<{ session_id: SessionId; rank: number }, { id: MessageId }>((db, param) =>
  db
    .selectFrom("messages")
    .select("id")
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("rank", "=", param("rank")),
);
export const queuedOfSession = statement<{ session_id: SessionId }, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .orderBy("rank"),
);
interface Due {
  session_id: SessionId;
  at: IsoTime;
}
interface DueBetween extends Due {
  from: number;
  through: number;
  limit: number;
}
export const heldOfChain = statement<{ chain_id: ChainId }, { id: MessageId }>((db, param) =>
  db
    .selectFrom("messages")
    .select("id")
    .where("chain_id", "=", param("chain_id"))
    .where("held", "=", sql.lit(1 as const))
    .where("state", "=", sql.lit("queued" as const))
    .orderBy("line"),
);
/** Selects queued messages that are due and not held, in the order they are taken. */
export const dueBetween = statement<DueBetween, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("rank", ">=", param("from"))
    .where("rank", "<=", param("through"))
    .where("held", "=", sql.lit(0 as const))
    .where((build) => build.or([build("not_before", "is", null), build("not_before", "<=", param("at"))]))
    .orderBy("rank")
    .limit(param("limit")),
);
export const lastUrgentRank = statement<Due, { rank: number }>((db, param) =>
  db
    .selectFrom("messages")
    .select("rank")
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("mode", "<>", sql.lit("queue" as const))
    .where("held", "=", sql.lit(0 as const))
    .where((build) => build.or([build("not_before", "is", null), build("not_before", "<=", param("at"))]))
    .orderBy("rank", "desc")
    .limit(sql.lit(1)),
);
export const headRankOfSession = statement<Due, { rank: number }>((db, param) =>
  db
    .selectFrom("messages")
    .select("rank")
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("held", "=", sql.lit(0 as const))
    .where((build) => build.or([build("not_before", "is", null), build("not_before", "<=", param("at"))]))
    .orderBy("rank")
    .limit(sql.lit(1)),
);
export const nextDueOfSession = statement<Due, { not_before: IsoTime | null }>((db, param) =>
  db
    .selectFrom("messages")
    .select("not_before")
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("held", "=", sql.lit(0 as const))
    .where("not_before", ">", param("at"))
    .orderBy("not_before")
    .limit(sql.lit(1)),
);
export const unsettledOfSession = statement<{ session_id: SessionId }, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "in", [sql.lit("queued" as const), sql.lit("delivered" as const), sql.lit("acted" as const)])
    .orderBy("line"),
);
export const messageIdsOfSession = statement<{ session_id: SessionId }, { id: MessageId }>((db, param) =>
  db.selectFrom("messages").select("id").where("session_id", "=", param("session_id")),
);
export const deleteMessages = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("messages").where("session_id", "=", param("session_id")),
);

export const insertEntry = statement<WholeEntryRow>((db, param) =>
  db.insertInto("entries").values(eachParam(param, wholeEntryColumns)),
);
export const entryByExternalId = statement<{ session_id: SessionId; external_id: string }, { id: string }>(
  (db, param) =>
    db
      .selectFrom("entries")
      .select("id")
      .where("session_id", "=", param("session_id"))
      .where("external_id", "=", param("external_id")),
);
export const entryOfMessage = statement<{ message_id: MessageId }, { id: string }>((db, param) =>
  db.selectFrom("entries").select("id").where("message_id", "=", param("message_id")),
);
export const replacedEntryOfMessage = statement<{ message_id: MessageId }, { id: string }>((db, param) =>
  db
    .selectFrom("entries")
    .select("id")
    .where("message_id", "=", param("message_id"))
    .where((build) => build.not(isCurrent(build))),
);
export const entriesThrough = statement<
  { session_id: SessionId; after: number; through: number; limit: number },
  WholeEntryRow
>((db, param) =>
  db
    .selectFrom("entries")
    .select(wholeEntryColumns)
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("seq", "<=", param("through"))
    .orderBy("seq")
    .limit(param("limit")),
);
/** Loads only whether there is a text. */
export const newsAfter = statement<{ session_id: SessionId; seq: number }, Pick<EntryRow, "kind" | "notice" | "text">>(
  (db, param) =>
    db
      .selectFrom("entries")
      .select(["kind", "notice", sql<string>`substr(text, 1, 1)`.as("text")])
      .where("session_id", "=", param("session_id"))
      .where("seq", ">", param("seq"))
      .where("kind", "in", [sql.lit("bot" as const), sql.lit("session" as const), sql.lit("notice" as const)]),
);
export const deleteEntries = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("entries").where("session_id", "=", param("session_id")),
);
