/** Adds private bots, whose sessions other bots may not read (MB8). */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("bots")
    .addColumn("private", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
}
