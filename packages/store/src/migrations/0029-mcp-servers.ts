/** Adds MCP servers with the tools they listed, and for each bot the servers attached to it and its box. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("mcp_servers")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("transport", "text", (column) => column.notNull())
    .addColumn("enabled", "integer", (column) => column.notNull())
    .addColumn("idle_ms", "bigint", (column) => column.notNull())
    .addColumn("timeout_ms", "bigint", (column) => column.notNull())
    .addColumn("tools", "text", (column) => column.notNull())
    .addColumn("listed_at", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema.alterTable("bots").addColumn("box", "text").execute();
  await db.schema
    .alterTable("bots")
    .addColumn("mcp", "text", (column) => column.notNull().defaultTo("[]"))
    .execute();
}
