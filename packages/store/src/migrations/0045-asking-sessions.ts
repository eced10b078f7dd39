/** Finds the few sessions that ask a person among many: a page asks for them first. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index sessions_asking on sessions (last_at, id) where open_asks > 0`.execute(db);
}
