/** Adds the results of calls that bots made from outside the loop, so that a repeated call gets the same result. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("calls")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("call_id", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("is_error", "bigint", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("calls_by_id").unique().on("calls").columns(["session_id", "call_id"]).execute();
}
