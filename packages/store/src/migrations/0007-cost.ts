/**
 * Adds the cost of model calls, in billionths of a dollar: whole numbers add up exactly. Earlier calls have no known
 * price.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("steps").addColumn("cost_nanos", "bigint").execute();
  for (const table of ["bots", "turns"]) {
    await db.schema
      .alterTable(table)
      .addColumn("cost_nanos", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable(table)
      .addColumn("unpriced_calls", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update ${sql.table(table)} set unpriced_calls = model_calls`.execute(db);
  }
}
