/** Adds to asks the gateway where one waits, what became of its answer there, and a note (AS3). */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ["origin", "origin_gateway", "origin_key", "delivery", "note"])
    await db.schema.alterTable("asks").addColumn(name, "text").execute();
  await db.schema
    .createIndex("asks_by_origin")
    .unique()
    .on("asks")
    .columns(["origin_gateway", "origin_key"])
    .where(sql<boolean>`origin_gateway is not null`)
    .execute();
  await db.schema
    .createIndex("asks_at_gateways")
    .on("asks")
    .column("origin_gateway")
    .where(sql<boolean>`origin_gateway is not null and (state = 'open' or delivery = 'waiting')`)
    .execute();
}
