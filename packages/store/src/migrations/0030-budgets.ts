/** Adds budgets, what calls under way may cost at worst, and which budget a paused session or bot waits for. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("budgets")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("scope_key", "text", (column) => column.notNull())
    .addColumn("period", "text", (column) => column.notNull())
    .addColumn("limit_nanos", "bigint")
    .addColumn("limit_tokens", "bigint")
    .addColumn("warn_permille", "integer", (column) => column.notNull())
    .addColumn("extra_nanos", "bigint", (column) => column.notNull())
    .addColumn("extra_tokens", "bigint", (column) => column.notNull())
    .addColumn("since", "text")
    .addColumn("spent_nanos", "bigint", (column) => column.notNull())
    .addColumn("spent_tokens", "bigint", (column) => column.notNull())
    .addColumn("unpriced_calls", "bigint", (column) => column.notNull())
    .addColumn("is_out", "integer", (column) => column.notNull())
    .addColumn("set_by", "text", (column) => column.notNull())
    .addColumn("ask_id", "text")
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("budgets_of_scope").unique().on("budgets").columns(["scope_key", "period"]).execute();
  await db.schema
    .createTable("reservations")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("bot_key", "text", (column) => column.notNull())
    .addColumn("session_key", "text", (column) => column.notNull())
    .addColumn("tree_key", "text", (column) => column.notNull())
    .addColumn("topic_key", "text", (column) => column.notNull())
    .addColumn("chain_key", "text", (column) => column.notNull())
    .addColumn("tokens", "bigint", (column) => column.notNull())
    .addColumn("nanos", "bigint", (column) => column.notNull())
    .addColumn("output_tokens", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "text")
    .execute();
  await db.schema.alterTable("sessions").addColumn("out_of_budget", "text").execute();
  await db.schema.alterTable("bots").addColumn("out_of_budget", "text").execute();
  await sql`create index sessions_out_of_budget on sessions (bot_id, id) where out_of_budget is not null`.execute(db);
}
