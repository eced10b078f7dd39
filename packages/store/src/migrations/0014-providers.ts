/** Adds providers of models, the sealed secrets that hold their keys, and the model for each use. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("providers")
    .addColumn("n", "integer", (column) => column.primaryKey().notNull())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("base_url", "text", (column) => column.notNull())
    .addColumn("secret", "text")
    .addColumn("first_token_ms", "bigint", (column) => column.notNull())
    .addColumn("between_tokens_ms", "bigint", (column) => column.notNull())
    .addColumn("prices", "text", (column) => column.notNull())
    .addColumn("overrides", "text", (column) => column.notNull())
    .addColumn("enabled", "bigint", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("secrets")
    .addColumn("name", "text", (column) => column.primaryKey().notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("origin", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .addColumn("last_used_at", "text")
    .execute();
  await db.schema
    .createTable("model_defaults")
    .addColumn("role", "text", (column) => column.primaryKey().notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .execute();
}
