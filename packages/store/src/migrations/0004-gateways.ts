/** Adds gateways, what of ours is bound to theirs, and entries made elsewhere, each once. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("gateways")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("token", "text", (column) => column.notNull())
    .addColumn("enabled", "bigint", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema.alterTable("bots").addColumn("agent", "text").execute();
  await db.schema.alterTable("sessions").addColumn("gateway_id", "text").execute();
  await db.schema.alterTable("sessions").addColumn("gateway_key", "text").execute();
  await db.schema
    .createIndex("sessions_by_mirror")
    .unique()
    .on("sessions")
    .columns(["gateway_id", "gateway_key"])
    .where(sql.ref("gateway_id"), "is not", null)
    .execute();
  await db.schema.alterTable("turns").addColumn("remote", "text").execute();
  await db.schema.alterTable("entries").addColumn("external_id", "text").execute();
  await db.schema
    .createIndex("entries_by_external_id")
    .unique()
    .on("entries")
    .columns(["session_id", "external_id"])
    .where(sql.ref("external_id"), "is not", null)
    .execute();
}
