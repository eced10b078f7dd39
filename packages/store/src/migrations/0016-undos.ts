/** Adds the operations that undo an act, kept for some time: an undo is one unit, also after a restart. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("undos")
    .addColumn("token", "text", (column) => column.primaryKey().notNull())
    .addColumn("ops", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .execute();
}
