/** Adds what a turn waits for while its model is away, and the model that answers for a bot then (TU9). */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("turns").addColumn("provider_wait", "text").execute();
  await db.schema.alterTable("bots").addColumn("fallback_model", "text").execute();
  await db.schema
    .createIndex("turns_by_provider_wait")
    .on("turns")
    .column("session_id")
    .where(sql.ref("provider_wait"), "is not", null)
    .execute();
}
