/** Adds what a person stopped and has not resumed (TU6). */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("holds")
    .addColumn("key", "text", (column) => column.primaryKey().notNull())
    .addColumn("scope", "text", (column) => column.notNull())
    .addColumn("target", "text")
    .addColumn("name", "text")
    .addColumn("reason", "text")
    .addColumn("at", "text", (column) => column.notNull())
    .execute();
  for (const table of ["bots", "sessions"])
    await db.schema
      .alterTable(table)
      .addColumn("held", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  await db.schema
    .createIndex("sessions_held")
    .on("sessions")
    .column("id")
    .where(sql.ref("held"), "=", sql.lit(1))
    .execute();
}
