/**
 * Creates the first schema. What must never be wrong is an index or a constraint here, so that no code can break it.
 */
import { type CreateTableBuilder, type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("bots")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .$call(texts("name", "name_key", "role", "instructions", "runtime", "limits", "tags", "created_at", "updated_at"))
    .$call(
      optionalTexts("model", "tools", "paused_at", "last_active_at", "last_turn_at", "last_turn_state", "last_error"),
    )
    .$call(counts("running_turns", "queue_depth", "open_asks", "failures_in_row"))
    .$call(counts("model_calls", "input_tokens", "output_tokens"))
    .addColumn("claim_line", "bigint")
    .execute();
  await db.schema.createIndex("bots_by_name").on("bots").columns(["name_key", "id"]).execute();
  await db.schema
    .createIndex("bots_with_work")
    .on("bots")
    .columns(["running_turns", "claim_line"])
    .where(sql.ref("claim_line"), "is not", null)
    .execute();

  await db.schema
    .createTable("topics")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .$call(texts("name", "colour", "created_at"))
    .addColumn("position", "double precision", (column) => column.notNull())
    .execute();

  await db.schema
    .createTable("sessions")
    .$call(numbered)
    .$call(texts("bot_id", "title", "title_key", "root_id", "last_text", "last_at", "created_at", "updated_at"))
    .$call(optionalTexts("topic_id", "parent_id", "archived_at", "turn_id", "last_turn_state", "last_error"))
    .$call(optionalTexts("forked_from_id", "task_message_id", "wake_at"))
    .$call(counts("depth", "pinned", "child_open", "queued", "unread", "open_asks", "last_seq", "read_seq"))
    .addColumn("forked_from_seq", "bigint")
    .addColumn("head_line", "bigint")
    .execute();
  await db.schema.createIndex("sessions_by_activity").on("sessions").columns(["last_at", "id"]).execute();
  await db.schema.createIndex("sessions_of_bot").on("sessions").columns(["bot_id"]).execute();
  await db.schema.createIndex("sessions_of_tree").on("sessions").columns(["root_id"]).execute();
  await db.schema
    .createIndex("sessions_of_topic")
    .on("sessions")
    .columns(["topic_id"])
    .where(sql.ref("topic_id"), "is not", null)
    .execute();
  await db.schema.createIndex("sessions_by_title").on("sessions").columns(["title_key"]).execute();
  await db.schema
    .createIndex("sessions_of_parent")
    .on("sessions")
    .columns(["parent_id"])
    .where(sql.ref("parent_id"), "is not", null)
    .execute();
  await db.schema
    .createIndex("sessions_with_work")
    .on("sessions")
    .columns(["bot_id", "head_line"])
    .where(sql<boolean>`turn_id is null and head_line is not null`)
    .execute();
  await db.schema
    .createIndex("sessions_to_wake")
    .on("sessions")
    .columns(["wake_at"])
    .where(sql.ref("wake_at"), "is not", null)
    .execute();

  await db.schema
    .createTable("messages")
    .addColumn("line", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .$call(texts("session_id", "sender", "text", "purpose", "mode", "state", "chain_id", "accepted_at"))
    .$call(optionalTexts("from_session_id", "reply_to", "not_before", "delivered_at", "acted_at", "answered_at"))
    .$call(optionalTexts("answered_by", "turn_id", "reason", "dismissed_at", "idempotency_key"))
    .$call(counts("hops", "held", "retries"))
    .execute();
  // MB2: one message per key, whatever the code does.
  await db.schema
    .createIndex("messages_by_key")
    .unique()
    .on("messages")
    .columns(["session_id", "idempotency_key"])
    .where(sql.ref("idempotency_key"), "is not", null)
    .execute();
  await db.schema.createIndex("messages_of_session").on("messages").columns(["session_id", "line"]).execute();
  await db.schema.createIndex("messages_of_chain").on("messages").columns(["chain_id", "line"]).execute();
  await db.schema
    .createIndex("messages_from_session")
    .on("messages")
    .columns(["from_session_id", "line"])
    .where(sql.ref("from_session_id"), "is not", null)
    .execute();
  await db.schema
    .createIndex("messages_queued")
    .on("messages")
    .columns(["session_id", "line"])
    .where(sql<boolean>`state = 'queued'`)
    .execute();
  await db.schema
    .createIndex("messages_urgent")
    .on("messages")
    .columns(["session_id", "line"])
    .where(sql<boolean>`state = 'queued' and mode <> 'queue'`)
    .execute();
  await db.schema
    .createIndex("messages_later")
    .on("messages")
    .columns(["session_id", "not_before"])
    .where(sql<boolean>`state = 'queued' and not_before is not null`)
    .execute();
  await db.schema
    .createIndex("messages_dead")
    .on("messages")
    .columns(["line"])
    .where(sql<boolean>`state = 'dead'`)
    .execute();

  await db.schema
    .createTable("entries")
    .$call(numbered)
    .$call(texts("session_id", "kind", "text", "at"))
    .$call(optionalTexts("message_id", "turn_id", "sender", "tool", "notice"))
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("through_seq", "bigint")
    .$call(counts("partial"))
    .execute();
  await db.schema.createIndex("entries_of_session").unique().on("entries").columns(["session_id", "seq"]).execute();
  // MB5: a message enters a transcript once.
  await db.schema
    .createIndex("entries_of_message")
    .unique()
    .on("entries")
    .columns(["message_id"])
    .where(sql.ref("message_id"), "is not", null)
    .execute();
  await db.schema
    .createIndex("entries_compacted")
    .on("entries")
    .columns(["session_id", "seq"])
    .where(sql.ref("through_seq"), "is not", null)
    .execute();

  await db.schema
    .createTable("turns")
    .$call(numbered)
    .$call(texts("session_id", "bot_id", "state", "chain_id", "message_ids", "waits", "started_at"))
    .$call(optionalTexts("ready_at", "due_at", "cancel_requested", "crash_receipt", "error", "ended_at", "worker"))
    .$call(counts("fence", "attempts", "hops", "steps", "model_calls", "input_tokens", "output_tokens"))
    .addColumn("lease_until_ms", "bigint")
    .execute();
  // MB4: one open turn per session.
  await db.schema
    .createIndex("turns_open")
    .unique()
    .on("turns")
    .columns(["session_id"])
    .where(sql<boolean>`state in ('running', 'waiting')`)
    .execute();
  await db.schema
    .createIndex("turns_running")
    .on("turns")
    .columns(["lease_until_ms"])
    .where(sql<boolean>`state = 'running'`)
    .execute();
  await db.schema
    .createIndex("turns_waiting")
    .on("turns")
    .columns(["due_at"])
    .where(sql<boolean>`state = 'waiting'`)
    .execute();
  await db.schema.createIndex("turns_of_session").on("turns").columns(["session_id", "n"]).execute();
  await db.schema.createIndex("turns_of_bot").on("turns").columns(["bot_id", "n"]).execute();

  await db.schema
    .createTable("waits")
    .$call(texts("target_id", "turn_id"))
    .addPrimaryKeyConstraint("waits_key", ["target_id", "turn_id"])
    .execute();
  await db.schema.createIndex("waits_of_turn").on("waits").columns(["turn_id"]).execute();

  await db.schema
    .createTable("steps")
    .$call(texts("turn_id", "kind", "at"))
    .$call(optionalTexts("call_id", "tool", "entry_id"))
    .$call(counts("n", "input_tokens", "output_tokens"))
    .addColumn("duration_ms", "double precision", (column) => column.notNull())
    .addPrimaryKeyConstraint("steps_key", ["turn_id", "n"])
    .execute();

  await db.schema
    .createTable("asks")
    .$call(numbered)
    .$call(texts("kind", "session_id", "bot_id", "question", "options", "state", "created_at"))
    .$call(optionalTexts("turn_id", "call_id", "message_id", "answer", "settled_at"))
    .$call(counts("free_text"))
    .execute();
  await db.schema.createIndex("asks_of_turn").on("asks").columns(["turn_id", "call_id"]).execute();
  await db.schema.createIndex("asks_of_session").on("asks").columns(["session_id"]).execute();
  await db.schema.createIndex("asks_open").on("asks").columns(["n"]).where(sql<boolean>`state = 'open'`).execute();

  await db.schema
    .createTable("events")
    .addColumn("seq", "integer", (column) => column.primaryKey().notNull())
    .$call(texts("body"))
    .execute();
  await db.schema
    .createTable("chains")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .$call(counts("extra_hops"))
    .execute();
  await db.schema
    .createTable("links")
    .addColumn("position", "integer", (column) => column.primaryKey().notNull())
    .$call(texts("link"))
    .execute();
}

type Table = CreateTableBuilder<string, string>;

function numbered(table: Table): Table {
  return table
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique());
}

function texts(...names: readonly string[]) {
  return (table: Table): Table =>
    names.reduce((all, name) => all.addColumn(name, "text", (column) => column.notNull()), table);
}

function optionalTexts(...names: readonly string[]) {
  return (table: Table): Table => names.reduce((all, name) => all.addColumn(name, "text"), table);
}

function counts(...names: readonly string[]) {
  return (table: Table): Table =>
    names.reduce((all, name) => all.addColumn(name, "bigint", (column) => column.notNull()), table);
}
