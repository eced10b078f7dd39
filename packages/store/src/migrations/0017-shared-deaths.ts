/** Adds deaths that a turn shared with others, which say nothing about the turn itself. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("turns")
    .addColumn("shared_deaths", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
}
