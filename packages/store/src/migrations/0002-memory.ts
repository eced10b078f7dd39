/**
 * Adds what bots know. A memory is small, so its row and its indexes are too: bots and conversations are stored as
 * numbers.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("sessions")
    .addColumn("memory", "text", (column) => column.notNull().defaultTo("on"))
    .execute();
  await db.schema
    .alterTable("sessions")
    .addColumn("captured_seq", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();

  await db.schema
    .createTable("memory_owners")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("bot_id", "text", (column) => column.notNull().unique())
    .addColumn("version", "bigint", (column) => column.notNull())
    .execute();

  await db.schema
    .createTable("memories")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("owner", "integer", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("text", "text")
    .addColumn("entry_id", "text")
    .addColumn("source", "text")
    .addColumn("trust", "text", (column) => column.notNull())
    .addColumn("importance", "double precision")
    .addColumn("pinned", "bigint", (column) => column.notNull())
    .addColumn("approved_at", "text")
    .addColumn("speaker", "text")
    .addColumn("conversation", "integer")
    .addColumn("seq", "double precision")
    .addColumn("occurred_at", "text")
    .addColumn("valid_from", "text")
    .addColumn("valid_to", "text")
    .addColumn("superseded_by", "text")
    .addColumn("expires_at", "text")
    .addColumn("archived_at", "text")
    .addColumn("archived_for", "text")
    .addColumn("metadata", "text")
    .addColumn("same_key", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text")
    .execute();
  await db.schema.createIndex("memories_by_version").unique().on("memories").columns(["owner", "version"]).execute();
  // ME3: memories that say the same are one row, whatever the code does.
  await db.schema
    .createIndex("memories_same")
    .unique()
    .on("memories")
    .columns(["owner", "same_key"])
    .where(sql<boolean>`same_key is not null and archived_at is null and superseded_by is null`)
    .execute();
  await db.schema
    .createIndex("memories_of_entry")
    .unique()
    .on("memories")
    .columns(["entry_id"])
    .where(sql.ref("entry_id"), "is not", null)
    .execute();
  await db.schema
    .createIndex("memories_of_conversation")
    .on("memories")
    .columns(["conversation", "seq"])
    .where(sql.ref("conversation"), "is not", null)
    .execute();
  await db.schema
    .createIndex("memories_pinned")
    .on("memories")
    .columns(["owner"])
    .where(sql<boolean>`pinned = 1`)
    .execute();
  await db.schema
    .createIndex("memories_expiring")
    .on("memories")
    .columns(["expires_at"])
    .where(sql<boolean>`expires_at is not null and archived_at is null`)
    .execute();
  await db.schema
    .createIndex("memories_archived")
    .on("memories")
    .columns(["archived_at"])
    .where(sql.ref("archived_at"), "is not", null)
    .execute();

  await db.schema
    .createTable("gone_memories")
    .addColumn("owner", "integer", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("gone_memories_key", ["owner", "version"])
    .execute();
  await db.schema
    .createTable("conversations")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("owner", "integer", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addUniqueConstraint("conversations_key", ["owner", "name"])
    .execute();
  await db.schema
    .createTable("recalls")
    .addColumn("turn_id", "text", (column) => column.notNull())
    .addColumn("place", "integer", (column) => column.notNull())
    .addColumn("memory_id", "text", (column) => column.notNull())
    .addColumn("bot_id", "text", (column) => column.notNull())
    .addColumn("score", "double precision", (column) => column.notNull())
    .addColumn("why", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("recalls_key", ["turn_id", "place"])
    .execute();
  await db.schema.createIndex("recalls_of_memory").on("recalls").columns(["memory_id"]).execute();
  await db.schema
    .createTable("blocks")
    .addColumn("bot_id", "text", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("max_chars", "bigint", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("blocks_key", ["bot_id", "label", "version"])
    .execute();
  await db.schema
    .createTable("grants")
    .addColumn("owner_id", "text", (column) => column.notNull())
    .addColumn("reader_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("grants_key", ["owner_id", "reader_id"])
    .execute();
  await db.schema.createIndex("grants_of_reader").on("grants").columns(["reader_id"]).execute();
}
