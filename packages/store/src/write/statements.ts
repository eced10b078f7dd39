/** Holds the writer's statements, each compiled once. */

import type { BotId, GatewayId, SessionId, TopicId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import {
  botColumns,
  botCountedColumns,
  botSetColumns,
  sessionColumns,
  sessionCountedColumns,
  sessionSetColumns,
  topicColumns,
  topicSetColumns,
} from "../columns.ts";
import { eachParam, statement } from "../sql.ts";
import type { BotRow, EventRow, LinkRow, SessionRow, TopicRow } from "../tables.ts";

export const lastSeq = statement<object, { seq: number | null }>((db) =>
  db.selectFrom("events").select(({ fn }) => fn.max("seq").as("seq")),
);
export const lastPosition = statement<object, { position: number | null }>((db) =>
  db.selectFrom("messages").select(({ fn }) => fn.max("line").as("position")),
);
export const countWaits = statement<object, { count: number }>((db) =>
  db.selectFrom("waits").select(({ fn }) => fn.countAll<number>().as("count")),
);

export const insertEvent = statement<EventRow>((db, param) =>
  db.insertInto("events").values(eachParam(param, ["seq", "body"])),
);
export const pruneEvents = statement<{ from: number; to: number }>((db, param) =>
  db.deleteFrom("events").where("seq", ">=", param("from")).where("seq", "<", param("to")),
);
export const firstSeq = statement<object, { seq: number | null }>((db) =>
  db.selectFrom("events").select(({ fn }) => fn.min("seq").as("seq")),
);

export const botById = statement<{ id: BotId }, BotRow>((db, param) =>
  db.selectFrom("bots").select(botColumns).where("id", "=", param("id")),
);
export const insertBot = statement<BotRow>((db, param) => db.insertInto("bots").values(eachParam(param, botColumns)));
export const updateBot = statement<BotRow>((db, param) =>
  db.updateTable("bots").set(eachParam(param, botCountedColumns)).where("id", "=", param("id")),
);
export const updateBotFields = statement<BotRow>((db, param) =>
  db.updateTable("bots").set(eachParam(param, botSetColumns)).where("id", "=", param("id")),
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
  db.insertInto("topics").values(eachParam(param, topicColumns)),
);
export const updateTopic = statement<TopicRow>((db, param) =>
  db.updateTable("topics").set(eachParam(param, topicSetColumns)).where("id", "=", param("id")),
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

export const sessionById = statement<{ id: SessionId }, SessionRow>((db, param) =>
  db.selectFrom("sessions").select(sessionColumns).where("id", "=", param("id")),
);
export const sessionByMirror = statement<{ gatewayId: GatewayId; key: string }, { id: SessionId }>((db, param) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("gateway_id", "=", param("gatewayId"))
    .where("gateway_key", "=", param("key")),
);
export const insertSession = statement<SessionRow>((db, param) =>
  db.insertInto("sessions").values(eachParam(param, sessionColumns)),
);
/** Updates what changes at every turn; indexed registry columns are left alone, since each costs an index. */
export const updateSession = statement<SessionRow>((db, param) =>
  db.updateTable("sessions").set(eachParam(param, sessionCountedColumns)).where("id", "=", param("id")),
);
export const updateSessionFields = statement<SessionRow>((db, param) =>
  db.updateTable("sessions").set(eachParam(param, sessionSetColumns)).where("id", "=", param("id")),
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
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("parent_id", "=", param("parent_id"))
    .where("child_open", "=", sql.lit(1 as const)),
);
export const countOpenInTree = statement<{ root_id: SessionId }, { count: number }>((db, param) =>
  db
    .selectFrom("sessions")
    .select(({ fn }) => fn.countAll<number>().as("count"))
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

export const outOfBudgetOfBot = statement<{ bot_id: BotId }, { out_of_budget: string | null }>((db, param) =>
  db
    .selectFrom("sessions")
    .select("out_of_budget")
    .where("bot_id", "=", param("bot_id"))
    .where("out_of_budget", "is not", null)
    .orderBy("id")
    .limit(1),
);
