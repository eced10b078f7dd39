/** Adds a model's reasoning beside its answer, and opaque data that its provider wants back. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ["reasoning", "opaque"]) {
    await db.schema.alterTable("entries").addColumn(name, "text").execute();
  }
}
