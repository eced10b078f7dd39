/** Indexes refused messages by time: a timeline finds the few there are without reading transcripts. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index entries_refused on entries (at) where substr(notice, 1, 17) = '{"type":"refused"'`.execute(db);
}
