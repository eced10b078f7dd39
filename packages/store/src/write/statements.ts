/** The writer's statements, each compiled once. */

import type { AskId, BotId, MessageId, SessionId, TopicId, TurnId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import {
  askColumns,
  botColumns,
  entryColumns,
  messageColumns,
  sessionColumns,
  stepColumns,
  turnColumns,
} from "../columns.ts";
import { eachParam, statement } from "../sql.ts";
import type {
  AskRow,
  BotRow,
  ChainRow,
  EntryRow,
  EventRow,
  LinkRow,
  MessageRow,
  SessionRow,
  StepRow,
  TopicRow,
  TurnRow,
  WaitRow,
} from "../tables.ts";

export const lastSeq = statement<object, { seq: number | null }>((db) =>
  db.selectFrom("events").select((of) => of.fn.max("seq").as("seq")),
);
export const lastLine = statement<object, { line: number | null }>((db) =>
  db.selectFrom("messages").select((of) => of.fn.max("line").as("line")),
);
export const countWaits = statement<object, { count: number }>((db) =>
  db.selectFrom("waits").select((of) => of.fn.countAll<number>().as("count")),
);

export const insertEvent = statement<EventRow>((db, param) =>
  db.insertInto("events").values(eachParam(param, ["seq", "body"])),
);
export const pruneEvents = statement<{ from: number; to: number }>((db, param) =>
  db.deleteFrom("events").where("seq", ">=", param("from")).where("seq", "<", param("to")),
);
export const firstSeq = statement<object, { seq: number | null }>((db) =>
  db.selectFrom("events").select((of) => of.fn.min("seq").as("seq")),
);

export const botById = statement<{ id: BotId }, BotRow>((db, param) =>
  db.selectFrom("bots").select(botColumns).where("id", "=", param("id")),
);
export const insertBot = statement<BotRow>((db, param) => db.insertInto("bots").values(eachParam(param, botColumns)));
export const updateBot = statement<BotRow>((db, param) =>
  db
    .updateTable("bots")
    .set(
      eachParam(param, [
        "last_active_at",
        "running_turns",
        "queue_depth",
        "open_asks",
        "failures_in_row",
        "last_turn_at",
        "last_turn_state",
        "last_error",
        "model_calls",
        "input_tokens",
        "output_tokens",
        "claim_line",
      ]),
    )
    .where("id", "=", param("id")),
);
export const updateBotFields = statement<BotRow>((db, param) =>
  db
    .updateTable("bots")
    .set(
      eachParam(param, [
        "name",
        "name_key",
        "role",
        "instructions",
        "model",
        "runtime",
        "tools",
        "limits",
        "tags",
        "paused_at",
        "updated_at",
      ]),
    )
    .where("id", "=", param("id")),
);
export const deleteBot = statement<{ id: BotId }>((db, param) => db.deleteFrom("bots").where("id", "=", param("id")));
export const sessionsOfBot = statement<{ bot_id: BotId }, SessionRow>((db, param) =>
  db.selectFrom("sessions").select(sessionColumns).where("bot_id", "=", param("bot_id")).orderBy("n"),
);
export const headLineOfBot = statement<{ bot_id: BotId }, { head_line: number | null }>((db, param) =>
  db
    .selectFrom("sessions")
    .select("head_line")
    .where("bot_id", "=", param("bot_id"))
    .where("turn_id", "is", null)
    .where("head_line", "is not", null)
    .orderBy("head_line")
    .limit(sql.lit(1)),
);

export const topicById = statement<{ id: TopicId }, TopicRow>((db, param) =>
  db.selectFrom("topics").selectAll().where("id", "=", param("id")),
);
export const insertTopic = statement<TopicRow>((db, param) =>
  db.insertInto("topics").values(eachParam(param, ["id", "name", "colour", "position", "created_at"])),
);
export const updateTopic = statement<TopicRow>((db, param) =>
  db
    .updateTable("topics")
    .set(eachParam(param, ["name", "colour", "position"]))
    .where("id", "=", param("id")),
);
export const deleteTopic = statement<{ id: TopicId }>((db, param) =>
  db.deleteFrom("topics").where("id", "=", param("id")),
);
export const sessionsOfTopic = statement<{ topic_id: TopicId }, SessionRow>((db, param) =>
  db.selectFrom("sessions").select(sessionColumns).where("topic_id", "=", param("topic_id")).orderBy("n"),
);

export const deleteLinks = statement<object>((db) => db.deleteFrom("links"));
export const insertLink = statement<LinkRow>((db, param) =>
  db.insertInto("links").values(eachParam(param, ["position", "link"])),
);
export const extendChain = statement<ChainRow>((db, param) =>
  db
    .insertInto("chains")
    .values(eachParam(param, ["id", "extra_hops"]))
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet((of) => ({ extra_hops: of("chains.extra_hops", "+", of.ref("excluded.extra_hops")) })),
    ),
);

export const sessionById = statement<{ id: SessionId }, SessionRow>((db, param) =>
  db.selectFrom("sessions").select(sessionColumns).where("id", "=", param("id")),
);
export const insertSession = statement<SessionRow>((db, param) =>
  db.insertInto("sessions").values(eachParam(param, sessionColumns)),
);
/** What changes at every turn; indexed registry columns are left alone, for each costs an index. */
export const updateSession = statement<SessionRow>((db, param) =>
  db
    .updateTable("sessions")
    .set(
      eachParam(param, [
        "child_open",
        "queued",
        "unread",
        "open_asks",
        "turn_id",
        "last_turn_state",
        "last_error",
        "last_seq",
        "read_seq",
        "last_text",
        "last_at",
        "updated_at",
        "head_line",
        "wake_at",
      ]),
    )
    .where("id", "=", param("id")),
);
export const updateSessionFields = statement<SessionRow>((db, param) =>
  db
    .updateTable("sessions")
    .set(
      eachParam(param, [
        "title",
        "title_key",
        "topic_id",
        "pinned",
        "archived_at",
        "parent_id",
        "root_id",
        "depth",
        "forked_from_id",
        "forked_from_seq",
      ]),
    )
    .where("id", "=", param("id")),
);
export const deleteSession = statement<{ id: SessionId }>((db, param) =>
  db.deleteFrom("sessions").where("id", "=", param("id")),
);
export const sessionsOfTree = statement<{ root_id: SessionId }, SessionRow>((db, param) =>
  db
    .selectFrom("sessions")
    .select(sessionColumns)
    .where("root_id", "=", param("root_id"))
    .orderBy("depth")
    .orderBy("n"),
);
export const countOpenChildren = statement<{ parent_id: SessionId }, { count: number }>((db, param) =>
  db
    .selectFrom("sessions")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("parent_id", "=", param("parent_id"))
    .where("child_open", "=", sql.lit(1 as const)),
);
export const countOpenInTree = statement<{ root_id: SessionId }, { count: number }>((db, param) =>
  db
    .selectFrom("sessions")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("root_id", "=", param("root_id"))
    .where("child_open", "=", sql.lit(1 as const)),
);
export const sessionsToWake = statement<{ at: IsoTime }, SessionRow>((db, param) =>
  db
    .selectFrom("sessions")
    .select(sessionColumns)
    .where("wake_at", "<=", param("at"))
    .orderBy("wake_at")
    .limit(sql.lit(500)),
);

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
        "held",
        "dismissed_at",
      ]),
    )
    .where("line", "=", param("line")),
);
/** A retried message is accepted anew: it gets a new place in the line. */
export const reacceptMessage = statement<MessageRow>((db, param) =>
  db
    .updateTable("messages")
    .set(eachParam(param, ["line", "accepted_at", "retries"]))
    .where("id", "=", param("id")),
);
export const queuedOfSession = statement<{ session_id: SessionId }, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .orderBy("line"),
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
/** Queued, not held, due: in the order they were accepted. */
export const dueBetween = statement<DueBetween, MessageRow>((db, param) =>
  db
    .selectFrom("messages")
    .select(messageColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("line", ">=", param("from"))
    .where("line", "<=", param("through"))
    .where("held", "=", sql.lit(0 as const))
    .where((of) => of.or([of("not_before", "is", null), of("not_before", "<=", param("at"))]))
    .orderBy("line")
    .limit(param("limit")),
);
export const lastUrgentLine = statement<Due, { line: number }>((db, param) =>
  db
    .selectFrom("messages")
    .select("line")
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("mode", "<>", sql.lit("queue" as const))
    .where("held", "=", sql.lit(0 as const))
    .where((of) => of.or([of("not_before", "is", null), of("not_before", "<=", param("at"))]))
    .orderBy("line", "desc")
    .limit(sql.lit(1)),
);
export const headLineOfSession = statement<Due, { line: number }>((db, param) =>
  db
    .selectFrom("messages")
    .select("line")
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("queued" as const))
    .where("held", "=", sql.lit(0 as const))
    .where((of) => of.or([of("not_before", "is", null), of("not_before", "<=", param("at"))]))
    .orderBy("line")
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

export const insertEntry = statement<EntryRow>((db, param) =>
  db.insertInto("entries").values(eachParam(param, entryColumns)),
);
export const entryOfMessage = statement<{ message_id: MessageId }, { id: string }>((db, param) =>
  db.selectFrom("entries").select("id").where("message_id", "=", param("message_id")),
);
export const entriesThrough = statement<
  { session_id: SessionId; after: number; through: number; limit: number },
  EntryRow
>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("seq", "<=", param("through"))
    .orderBy("seq")
    .limit(param("limit")),
);
export const newsAfter = statement<{ session_id: SessionId; seq: number }, Pick<EntryRow, "kind" | "notice">>(
  (db, param) =>
    db
      .selectFrom("entries")
      .select(["kind", "notice"])
      .where("session_id", "=", param("session_id"))
      .where("seq", ">", param("seq"))
      .where("kind", "in", [sql.lit("bot" as const), sql.lit("session" as const), sql.lit("notice" as const)]),
);
export const deleteEntries = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("entries").where("session_id", "=", param("session_id")),
);

export const turnById = statement<{ id: TurnId }, TurnRow>((db, param) =>
  db.selectFrom("turns").select(turnColumns).where("id", "=", param("id")),
);
export const insertTurn = statement<TurnRow>((db, param) =>
  db.insertInto("turns").values(eachParam(param, turnColumns)),
);
export const updateTurn = statement<TurnRow>((db, param) =>
  db
    .updateTable("turns")
    .set(
      eachParam(param, [
        "state",
        "fence",
        "attempts",
        "chain_id",
        "hops",
        "message_ids",
        "steps",
        "model_calls",
        "input_tokens",
        "output_tokens",
        "waits",
        "ready_at",
        "due_at",
        "cancel_requested",
        "crash_receipt",
        "error",
        "ended_at",
        "worker",
        "lease_until_ms",
      ]),
    )
    .where("id", "=", param("id")),
);
export const renewLease = statement<{ id: TurnId; lease_until_ms: number }>((db, param) =>
  db
    .updateTable("turns")
    .set({ lease_until_ms: param("lease_until_ms") })
    .where("id", "=", param("id")),
);
/** The lock says that no earlier worker lives: what still runs has died (TU2). */
export const endLeases = statement<object>((db) =>
  db
    .updateTable("turns")
    .set({ lease_until_ms: sql.lit(0) })
    .where("state", "=", sql.lit("running" as const)),
);
export const deadTurns = statement<{ now_ms: number; limit: number }, TurnRow>((db, param) =>
  db
    .selectFrom("turns")
    .select(turnColumns)
    .where("state", "=", sql.lit("running" as const))
    .where("lease_until_ms", "<", param("now_ms"))
    .where("bot_id", "not in", db.selectFrom("bots").select("id").where("paused_at", "is not", null))
    .orderBy("n")
    .limit(param("limit")),
);
export const readyTurns = statement<{ at: IsoTime; limit: number }, TurnRow>((db, param) =>
  db
    .selectFrom("turns")
    .select(turnColumns)
    .where("state", "=", sql.lit("waiting" as const))
    .where("due_at", "<=", param("at"))
    .where("bot_id", "not in", db.selectFrom("bots").select("id").where("paused_at", "is not", null))
    .orderBy("due_at")
    .orderBy("n")
    .limit(param("limit")),
);
export const botsWithWork = statement<{ limit: number }, Pick<BotRow, "id" | "running_turns" | "claim_line">>(
  (db, param) =>
    db
      .selectFrom("bots")
      .select(["id", "running_turns", "claim_line"])
      .where("claim_line", "is not", null)
      .where("paused_at", "is", null)
      .orderBy("running_turns")
      .orderBy("claim_line")
      .limit(param("limit")),
);
export const claimableOfBot = statement<{ bot_id: BotId; limit: number }, SessionRow>((db, param) =>
  db
    .selectFrom("sessions")
    .select(sessionColumns)
    .where("bot_id", "=", param("bot_id"))
    .where("turn_id", "is", null)
    .where("head_line", "is not", null)
    .orderBy("head_line")
    .limit(param("limit")),
);
export const deleteTurns = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("turns").where("session_id", "=", param("session_id")),
);
export const deleteSteps = statement<{ session_id: SessionId }>((db, param) =>
  db
    .deleteFrom("steps")
    .where("turn_id", "in", db.selectFrom("turns").select("id").where("session_id", "=", param("session_id"))),
);
export const insertStep = statement<StepRow>((db, param) =>
  db.insertInto("steps").values(eachParam(param, stepColumns)),
);

export const insertWait = statement<WaitRow>((db, param) =>
  db
    .insertInto("waits")
    .values(eachParam(param, ["target_id", "turn_id"]))
    .onConflict((conflict) => conflict.doNothing()),
);
export const waitsFor = statement<{ target_id: AskId | MessageId }, WaitRow>((db, param) =>
  db.selectFrom("waits").selectAll().where("target_id", "=", param("target_id")),
);
export const deleteWaitsFor = statement<{ target_id: AskId | MessageId }>((db, param) =>
  db.deleteFrom("waits").where("target_id", "=", param("target_id")),
);
export const waitsOfTurn = statement<{ turn_id: TurnId }, WaitRow>((db, param) =>
  db.selectFrom("waits").selectAll().where("turn_id", "=", param("turn_id")),
);
export const deleteWaitsOfTurn = statement<{ turn_id: TurnId }>((db, param) =>
  db.deleteFrom("waits").where("turn_id", "=", param("turn_id")),
);

export const askById = statement<{ id: AskId }, AskRow>((db, param) =>
  db.selectFrom("asks").select(askColumns).where("id", "=", param("id")),
);
export const insertAsk = statement<AskRow>((db, param) => db.insertInto("asks").values(eachParam(param, askColumns)));
export const updateAsk = statement<AskRow>((db, param) =>
  db
    .updateTable("asks")
    .set(eachParam(param, ["state", "answer", "settled_at"]))
    .where("id", "=", param("id")),
);
export const openAsksOfTurn = statement<{ turn_id: TurnId }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("turn_id", "=", param("turn_id"))
    .where("state", "=", sql.lit("open" as const))
    .orderBy("n"),
);
/** Asks about a message of this session, wherever they were asked. */
export const openAsksAboutSession = statement<{ session_id: SessionId }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("state", "=", sql.lit("open" as const))
    .where("message_id", "in", db.selectFrom("messages").select("id").where("session_id", "=", param("session_id")))
    .orderBy("n"),
);
export const openAsksOfSession = statement<{ session_id: SessionId }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("open" as const))
    .orderBy("n"),
);
export const deleteAsks = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("asks").where("session_id", "=", param("session_id")),
);
