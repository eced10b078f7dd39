/** Adds what the result of a spawned session's task must fulfil. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("sessions").addColumn("contract", "text").execute();
}
