/**
 * Adds the workers of a fleet, the leases of what runs once among them, values that they share, and the gateway of each
 * bot's agent, by which a worker finds the turns that it can run.
 */
import type { Kysely } from "kysely";
import { columnTypes } from "./column-types.ts";

interface Before {
  bots: { id: string; agent: string | null; gateway_id: string | null };
}

export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer } = columnTypes(db);
  await db.schema
    .createTable("workers")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("host", text, (column) => column.notNull())
    .addColumn("pid", integer, (column) => column.notNull())
    .addColumn("version", text, (column) => column.notNull())
    .addColumn("started_at", text, (column) => column.notNull())
    .addColumn("seen_at", text, (column) => column.notNull())
    .addColumn("until_ms", integer, (column) => column.notNull())
    .addColumn("lanes", integer, (column) => column.notNull())
    .addColumn("claims", integer, (column) => column.notNull())
    .addColumn("cpu_milli", integer, (column) => column.notNull())
    .addColumn("memory_bytes", integer, (column) => column.notNull())
    .addColumn("draining", integer, (column) => column.notNull())
    .addColumn("drained", integer, (column) => column.notNull())
    .addColumn("gone_at", text)
    .addColumn("shown_at", text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("leases")
    .addColumn("name", text, (column) => column.primaryKey().notNull())
    .addColumn("gateway_id", text)
    .addColumn("worker", text)
    .addColumn("until_ms", integer, (column) => column.notNull())
    .addColumn("fence", integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("shared_values")
    .addColumn("name", text, (column) => column.primaryKey().notNull())
    .addColumn("value", text, (column) => column.notNull())
    .execute();
  await db.schema.alterTable("bots").addColumn("gateway_id", text).execute();
  const before = db as Kysely<Before>;
  for (const { id, agent } of await before
    .selectFrom("bots")
    .select(["id", "agent"])
    .where("agent", "is not", null)
    .execute()) {
    const { gatewayId }: { readonly gatewayId: string } = JSON.parse(agent ?? "{}");
    await before.updateTable("bots").set({ gateway_id: gatewayId }).where("id", "=", id).execute();
  }
}
