/** Adds skills with their files, and what the program of an MCP server may see and use in its box. */
import type { Kysely } from "kysely";

const box = '{"network":[],"folders":[],"memoryMb":2048,"processes":256,"diskMb":2048}';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("skills")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("shared", "integer", (column) => column.notNull())
    .addColumn("on_for", "text", (column) => column.notNull())
    .addColumn("off_for", "text", (column) => column.notNull())
    .addColumn("files", "text", (column) => column.notNull())
    .addColumn("source", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("skill_contents")
    .addColumn("skill_id", "text", (column) => column.primaryKey().notNull())
    .addColumn("contents", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .alterTable("mcp_servers")
    .addColumn("box", "text", (column) => column.notNull().defaultTo(box))
    .execute();
  await db.schema
    .alterTable("mcp_servers")
    .addColumn("sampling", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}
