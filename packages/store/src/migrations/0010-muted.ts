/** Adds muted sessions, of which devices show no notifications outside the page. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("sessions")
    .addColumn("muted", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
}
