/** Holds the writer's statements about memories, blocks and grants, each compiled once. */
import { earlierLength, mostEarlier } from "@reef/engine/memory/line-trust";
import type { BotId, EntryId, MemoryId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { sql } from "kysely";
import { entryColumns, memoryColumns, memorySetColumns } from "../columns.ts";
import type {
  BlockRow,
  ConversationRow,
  GoneMemoryRow,
  GrantRow,
  MemoryOwnerRow,
  MemoryRow,
  RecallRow,
} from "../memory-tables.ts";
import { eachParam, statement } from "../sql.ts";
import type { EntryRow } from "../tables.ts";

export const ownerOfBot = statement<{ bot_id: BotId }, MemoryOwnerRow & { n: number }>((db, param) =>
  db.selectFrom("memory_owners").selectAll().where("bot_id", "=", param("bot_id")),
);
export const insertOwner = statement<MemoryOwnerRow>((db, param) =>
  db.insertInto("memory_owners").values(eachParam(param, ["bot_id", "version"])),
);
export const updateOwner = statement<{ n: number; version: number }>((db, param) =>
  db
    .updateTable("memory_owners")
    .set({ version: param("version") })
    .where("n", "=", param("n")),
);
export const conversationByName = statement<ConversationRow, { n: number }>((db, param) =>
  db.selectFrom("conversations").select("n").where("owner", "=", param("owner")).where("name", "=", param("name")),
);
export const insertConversation = statement<ConversationRow>((db, param) =>
  db.insertInto("conversations").values(eachParam(param, ["owner", "name"])),
);

export const memoryById = statement<{ id: MemoryId }, MemoryRow>((db, param) =>
  db.selectFrom("memories").select(memoryColumns).where("id", "=", param("id")),
);
export const memoryByKey = statement<{ owner: number; same_key: string }, MemoryRow>((db, param) =>
  db
    .selectFrom("memories")
    .select(memoryColumns)
    .where("owner", "=", param("owner"))
    .where("same_key", "=", param("same_key"))
    .where("same_key", "is not", null)
    .where("archived_at", "is", null)
    .where("superseded_by", "is", null),
);
export const linesOfConversation = statement<{ conversation: number }, MemoryRow>((db, param) =>
  db
    .selectFrom("memories")
    .select(memoryColumns)
    .where("conversation", "=", param("conversation"))
    .where("entry_id", "is not", null),
);
export const linesAfter = statement<{ conversation: number; seq: number }, MemoryRow>((db, param) =>
  db
    .selectFrom("memories")
    .select(memoryColumns)
    .where("conversation", "=", param("conversation"))
    .where("seq", ">", param("seq"))
    .where("entry_id", "is not", null)
    .orderBy("seq"),
);
export const insertMemory = statement<MemoryRow>((db, param) =>
  db.insertInto("memories").values(eachParam(param, memoryColumns)),
);
/** Updates what may change; the text may not (ME4). */
export const updateMemory = statement<MemoryRow>((db, param) =>
  db.updateTable("memories").set(eachParam(param, memorySetColumns)).where("id", "=", param("id")),
);
export const deleteMemory = statement<{ id: MemoryId }>((db, param) =>
  db.deleteFrom("memories").where("id", "=", param("id")),
);
/** A memory whose replacement was deleted keeps its end, but no longer says what replaced it. */
export const forgetReplacement = statement<{ id: MemoryId; bot: number }, MemoryRow>((db, param) =>
  db
    .selectFrom("memories")
    .select(memoryColumns)
    .where("owner", "=", param("bot"))
    .where("superseded_by", "=", param("id")),
);
export const insertGone = statement<GoneMemoryRow>((db, param) =>
  db.insertInto("gone_memories").values(eachParam(param, ["owner", "version", "id"])),
);

export const insertRecall = statement<RecallRow>((db, param) =>
  db.insertInto("recalls").values(eachParam(param, ["turn_id", "place", "memory_id", "bot_id", "score", "why"])),
);
export const deleteRecallsOfTurn = statement<{ turn_id: TurnId }>((db, param) =>
  db.deleteFrom("recalls").where("turn_id", "=", param("turn_id")),
);
export const deleteRecallsOfMemory = statement<{ memory_id: MemoryId }>((db, param) =>
  db.deleteFrom("recalls").where("memory_id", "=", param("memory_id")),
);
export const deleteRecallsOfSession = statement<{ session_id: SessionId }>((db, param) =>
  db
    .deleteFrom("recalls")
    .where("turn_id", "in", db.selectFrom("turns").select("id").where("session_id", "=", param("session_id"))),
);

export const entriesAfter = statement<{ session_id: SessionId; seq: number }, EntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("seq"))
    .orderBy("seq")
    .limit(sql.lit(1_000)),
);
export const toolResultsOfTurn = statement<
  { session_id: SessionId; turn_id: TurnId; before: number },
  { text: string; id: EntryId }
>((db, param) =>
  db
    .selectFrom("entries")
    .select(["id", "text"])
    .where("session_id", "=", param("session_id"))
    .where("seq", "<", param("before"))
    .where("turn_id", "=", param("turn_id"))
    .where("kind", "=", sql.lit("tool_result" as const))
    .orderBy("seq", "desc")
    .limit(sql.lit(50)),
);
export const sessionTextsOfTurn = statement<
  { session_id: SessionId; turn_id: TurnId; before: number },
  { text: string; purpose: Message["purpose"] | null }
>((db, param) =>
  db
    .selectFrom("entries")
    .leftJoin("messages", "messages.id", "entries.message_id")
    .select(["entries.text", "messages.purpose"])
    .where("entries.session_id", "=", param("session_id"))
    .where("entries.seq", "<", param("before"))
    .where("entries.turn_id", "=", param("turn_id"))
    .where("entries.kind", "=", sql.lit("session" as const))
    .orderBy("entries.seq", "desc")
    .limit(sql.lit(50)),
);
/** The beginnings of what tools and other sessions said within a stretch of the session, newest first. */
export const earlierWords = statement<
  { session_id: SessionId; before: number; since: number },
  { kind: "tool_result" | "session"; text: string }
>((db, param) =>
  db
    .selectFrom("entries")
    .select([
      sql<"tool_result" | "session">`kind`.as("kind"),
      sql<string>`substr(text, 1, ${sql.lit(earlierLength)})`.as("text"),
    ])
    .where("session_id", "=", param("session_id"))
    .where("seq", "<", param("before"))
    .where("seq", ">=", param("since"))
    .where("kind", "in", [sql.lit("tool_result" as const), sql.lit("session" as const)])
    .orderBy("seq", "desc")
    .limit(sql.lit(mostEarlier)),
);
export const unapprovedRecallsOfTurn = statement<{ turn_id: TurnId }, { trust: MemoryRow["trust"]; text: string }>(
  (db, param) =>
    db
      .selectFrom("recalls")
      .innerJoin("memories", "memories.id", "recalls.memory_id")
      .leftJoin("entries", "entries.id", "memories.entry_id")
      .select(["memories.trust", sql<string>`coalesce(memories.text, entries.text, '')`.as("text")])
      .where("recalls.turn_id", "=", param("turn_id"))
      .where("memories.approved_at", "is", null)
      .orderBy("recalls.place"),
);
/** For runs that were no turns of ours: their rows were taken over from elsewhere. */
export const toolResultsWithoutTurn = statement<
  { session_id: SessionId; before: number },
  { text: string; id: EntryId }
>((db, param) =>
  db
    .selectFrom("entries")
    .select(["id", "text"])
    .where("session_id", "=", param("session_id"))
    .where("seq", "<", param("before"))
    .where("turn_id", "is", null)
    .where("kind", "=", sql.lit("tool_result" as const))
    .orderBy("seq", "desc")
    .limit(sql.lit(50)),
);

export const blockOfBot = statement<{ bot_id: BotId; label: string }, BlockRow>((db, param) =>
  db
    .selectFrom("blocks")
    .selectAll()
    .where("bot_id", "=", param("bot_id"))
    .where("label", "=", param("label"))
    .orderBy("version", "desc")
    .limit(sql.lit(1)),
);
export const countLabels = statement<{ bot_id: BotId }, { count: number }>((db, param) =>
  db
    .selectFrom("blocks")
    .select(({ fn }) => fn.count<number>("label").distinct().as("count"))
    .where("bot_id", "=", param("bot_id")),
);
export const insertBlock = statement<BlockRow>((db, param) =>
  db.insertInto("blocks").values(eachParam(param, ["bot_id", "label", "version", "text", "max_chars", "at"])),
);
export const deleteOldVersions = statement<{ bot_id: BotId; label: string; through: number }>((db, param) =>
  db
    .deleteFrom("blocks")
    .where("bot_id", "=", param("bot_id"))
    .where("label", "=", param("label"))
    .where("version", "<=", param("through")),
);

export const deleteGrants = statement<{ owner_id: BotId }>((db, param) =>
  db.deleteFrom("grants").where("owner_id", "=", param("owner_id")),
);
export const deleteGrantsOfReader = statement<{ reader_id: BotId }>((db, param) =>
  db.deleteFrom("grants").where("reader_id", "=", param("reader_id")),
);
export const insertGrant = statement<GrantRow>((db, param) =>
  db
    .insertInto("grants")
    .values(eachParam(param, ["owner_id", "reader_id"]))
    .onConflict((conflict) => conflict.doNothing()),
);

/** Deletes everything of a deleted bot. */
export const deleteAllMemories = statement<{ owner: number }>((db, param) =>
  db.deleteFrom("memories").where("owner", "=", param("owner")),
);
export const deleteAllGone = statement<{ owner: number }>((db, param) =>
  db.deleteFrom("gone_memories").where("owner", "=", param("owner")),
);
export const deleteAllConversations = statement<{ owner: number }>((db, param) =>
  db.deleteFrom("conversations").where("owner", "=", param("owner")),
);
export const deleteAllBlocks = statement<{ bot_id: BotId }>((db, param) =>
  db.deleteFrom("blocks").where("bot_id", "=", param("bot_id")),
);
export const deleteAllRecalls = statement<{ bot_id: BotId }>((db, param) =>
  db.deleteFrom("recalls").where("bot_id", "=", param("bot_id")),
);
export const deleteOwner = statement<{ n: number }>((db, param) =>
  db.deleteFrom("memory_owners").where("n", "=", param("n")),
);
