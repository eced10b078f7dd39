/**
 * Adds rules of approvals; of asks, the call that they are about, and the deadline with its default (AS1, TO1); and the
 * audit, whose lines form a chain of hashes.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("approval_rules")
    .addColumn("key", "text", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("bot_id", "text")
    .addColumn("tool", "text", (column) => column.notNull())
    .addColumn("arguments", "text")
    .addColumn("decision", "text", (column) => column.notNull())
    .addColumn("ask_id", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .execute();
  for (const name of ["call", "deadline_at", "default_answer"])
    await db.schema.alterTable("asks").addColumn(name, "text").execute();
  await db.schema
    .createIndex("asks_by_deadline")
    .on("asks")
    .column("deadline_at")
    .where(sql<boolean>`deadline_at is not null and state = 'open'`)
    .execute();
  await db.schema
    .createTable("audit")
    .addColumn("seq", "bigint", (column) => column.primaryKey().notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addColumn("actor_kind", "text", (column) => column.notNull())
    .addColumn("actor_id", "text")
    .addColumn("actor_via", "text")
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("subject", "text")
    .addColumn("details", "text", (column) => column.notNull())
    .addColumn("previous", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("audit_by_time").on("audit").columns(["at", "seq"]).execute();
}
