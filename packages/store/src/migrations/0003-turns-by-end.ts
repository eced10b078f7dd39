/** Indexes turns by the time they ended, so that a range is found without reading all turns. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex("turns_by_end").on("turns").columns(["ended_at"]).execute();
}
