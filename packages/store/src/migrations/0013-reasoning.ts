/** What a model thought beside what it said, and what its provider wants back with it. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ["reasoning", "opaque"]) {
    await db.schema.alterTable("entries").addColumn(name, "text").execute();
  }
}
