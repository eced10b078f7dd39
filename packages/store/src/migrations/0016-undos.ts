/** What takes an act back, kept for a while: an undo is one unit, also after a restart. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("undos")
    .addColumn("token", "text", (column) => column.primaryKey().notNull())
    .addColumn("ops", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .execute();
}
