/** Adds files with their names, and which session names which: a file that none names can go. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("files")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("media_type", "text", (column) => column.notNull())
    .addColumn("size_bytes", "bigint", (column) => column.notNull())
    .addColumn("width", "bigint")
    .addColumn("height", "bigint")
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("files_by_hash").on("files").column("sha256").execute();
  await db.schema
    .createTable("file_uses")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("file_id", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("file_uses_of").unique().on("file_uses").columns(["session_id", "file_id"]).execute();
  await db.schema.createIndex("file_uses_by_file").on("file_uses").column("file_id").execute();
  await db.schema.alterTable("messages").addColumn("attachments", "text").execute();
  await db.schema.alterTable("entries").addColumn("attachments", "text").execute();
}
