/** Adds roots, with the files that couldn't be read, and tasks, with their texts apart. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("roots")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("scan", "text", (column) => column.notNull())
    .addColumn("layout", "text", (column) => column.notNull())
    .addColumn("counts", "text", (column) => column.notNull())
    .addColumn("unreadable_count", "integer", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("root_files")
    .addColumn("root_id", "text", (column) => column.primaryKey().notNull())
    .addColumn("unreadable", "text", (column) => column.notNull())
    .addColumn("skipped", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("tasks")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("source_key", "text")
    .addColumn("ref", "text", (column) => column.notNull())
    .addColumn("ref_key", "text", (column) => column.notNull())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("priority", "text")
    .addColumn("rank", "integer", (column) => column.notNull())
    .addColumn("words", "text", (column) => column.notNull())
    .addColumn("conflict", "text")
    .addColumn("progress", "text", (column) => column.notNull())
    .addColumn("labels", "text", (column) => column.notNull())
    .addColumn("is_template", "integer", (column) => column.notNull())
    .addColumn("root_id", "text")
    .addColumn("parent_id", "text")
    .addColumn("topic_id", "text")
    .addColumn("bot_id", "text")
    .addColumn("session_id", "text")
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("result", "text")
    .addColumn("source", "text")
    .addColumn("gone_at", "text")
    .addColumn("touched_at", "text")
    .addColumn("written_at", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("task_details")
    .addColumn("task_id", "text", (column) => column.primaryKey().notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("criteria", "text", (column) => column.notNull())
    .addColumn("fields", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("tasks_by_source").unique().on("tasks").column("source_key").execute();
  await db.schema.createIndex("tasks_by_ref").on("tasks").column("ref_key").execute();
  await db.schema.createIndex("tasks_by_status").on("tasks").columns(["status", "rank", "id"]).execute();
  await db.schema.createIndex("tasks_by_rank").on("tasks").columns(["rank", "id"]).execute();
  for (const name of ["root_id", "parent_id", "topic_id", "bot_id", "session_id"])
    await db.schema.createIndex(`tasks_by_${name}`).on("tasks").column(name).execute();
}
