/** Adds what bounds a chain: its asks, what it planned, and whether it was let go on or stopped. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("chains").addColumn("root", "text").execute();
  await db.schema
    .alterTable("chains")
    .addColumn("times_extended", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable("chains")
    .addColumn("stopped", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable("chains")
    .addColumn("planned", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable("asks").addColumn("chain_id", "text").execute();
  await db.schema.alterTable("schedules").addColumn("chain_id", "text").execute();
  await db.schema.createIndex("turns_of_chain").on("turns").column("chain_id").execute();
  await db.schema.createIndex("asks_of_chain").on("asks").columns(["chain_id", "state"]).execute();
}
