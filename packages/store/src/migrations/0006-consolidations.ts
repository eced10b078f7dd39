/** Adds the proposals of consolidations. The texts are the memories' own: a proposal only names them (ME6). */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("consolidations")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("bot_id", "text", (column) => column.notNull())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("cause", "text", (column) => column.notNull())
    .addColumn("made_by", "text", (column) => column.notNull())
    .addColumn("model", "text")
    .addColumn("note", "text")
    .addColumn("from_seq", "bigint", (column) => column.notNull())
    .addColumn("through_seq", "bigint", (column) => column.notNull())
    .addColumn("usage", "text", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("consolidations_of_session")
    .on("consolidations")
    .columns(["bot_id", "session_id", "through_seq"])
    .execute();
  await db.schema.createIndex("consolidations_of_bot").on("consolidations").columns(["bot_id", "id"]).execute();
  await db.schema.createIndex("consolidations_by_time").on("consolidations").columns(["created_at"]).execute();
  await db.schema
    .createTable("proposals")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("consolidation_id", "text", (column) => column.notNull())
    .addColumn("bot_id", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("memory_id", "text")
    .addColumn("is_new", "bigint", (column) => column.notNull())
    .addColumn("sources", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("settled_by", "text")
    .addColumn("settled_at", "text")
    .execute();
  await db.schema
    .createIndex("proposals_of_consolidation")
    .on("proposals")
    .columns(["consolidation_id", "id"])
    .execute();
  await db.schema
    .createIndex("proposals_of_memory")
    .on("proposals")
    .columns(["memory_id"])
    .where(sql.ref("memory_id"), "is not", null)
    .execute();
  await db.schema
    .createTable("proposal_ends")
    .addColumn("proposal_id", "text", (column) => column.notNull())
    .addColumn("memory_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("proposal_ends_key", ["proposal_id", "memory_id"])
    .execute();
  await db.schema.createIndex("proposal_ends_of_memory").on("proposal_ends").columns(["memory_id"]).execute();
  await db.schema
    .createTable("memory_policies")
    .addColumn("bot_id", "text", (column) => column.primaryKey().notNull())
    .addColumn("consolidation", "text", (column) => column.notNull())
    .execute();
}
