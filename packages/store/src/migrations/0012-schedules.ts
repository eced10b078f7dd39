/** Adds schedules, found by their next time without reading paused ones. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("schedules")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("bot_id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("timing", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("made_by", "text", (column) => column.notNull())
    .addColumn("next_at", "text")
    .addColumn("last_at", "text")
    .addColumn("last_message_id", "text")
    .addColumn("sent", "bigint", (column) => column.notNull())
    .addColumn("skipped", "bigint", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("schedules_by_session").on("schedules").column("session_id").execute();
  await db.schema
    .createIndex("schedules_due")
    .on("schedules")
    .column("next_at")
    .where(sql.ref("state"), "=", sql.lit("active"))
    .execute();
}
