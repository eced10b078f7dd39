/** Adds rules of approvals, and of asks: the call that they are about, and the deadline with its default (AS1, TO1). */
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
}
