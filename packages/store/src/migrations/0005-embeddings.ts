/**
 * Adds vectors of memories, for bots that have a model for them. A vector is the largest part of a memory, so it is
 * stored once.
 */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("embedding_models")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("name", "text", (column) => column.notNull().unique())
    .execute();
  await db.schema
    .createTable("embedded")
    .addColumn("owner", "integer", (column) => column.primaryKey().notNull())
    .addColumn("model", "integer", (column) => column.notNull())
    .addColumn("through", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("vectors")
    .addColumn("memory", "integer", (column) => column.primaryKey().notNull())
    .addColumn("owner", "integer", (column) => column.notNull())
    .addColumn("model", "integer", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("vector", "blob", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("vectors_by_version")
    .unique()
    .on("vectors")
    .columns(["owner", "model", "version"])
    .execute();
}
