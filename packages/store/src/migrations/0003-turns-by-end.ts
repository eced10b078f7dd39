/** Turns by the time they ended: a stretch of time is found without reading all turns there ever were. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex("turns_by_end").on("turns").columns(["ended_at"]).execute();
}
