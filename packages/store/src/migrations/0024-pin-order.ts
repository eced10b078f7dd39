/**
 * Adds the time a session was pinned, so that pins keep their order. For existing pins, only the creation of the
 * session is known.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("sessions").addColumn("pinned_at", "text").execute();
  await sql`update sessions set pinned_at = created_at where pinned = 1`.execute(db);
}
