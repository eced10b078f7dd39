/**
 * Adds rewinds of a transcript; and, for a model call, its model, its cached tokens, and the time to its first token.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("entries").addColumn("rewound_to", "bigint").execute();
  await db.schema
    .createIndex("entries_rewound")
    .on("entries")
    .columns(["session_id", "seq", "rewound_to"])
    .where(sql.ref("rewound_to"), "is not", null)
    .execute();
  await db.schema.alterTable("messages").addColumn("rewound_to", "bigint").execute();
  await db.schema.alterTable("steps").addColumn("model", "text").execute();
  await db.schema.alterTable("steps").addColumn("cached_tokens", "bigint").execute();
  await db.schema.alterTable("steps").addColumn("first_token_ms", "bigint").execute();
  await db.schema.alterTable("steps").addColumn("window_tokens", "bigint").execute();
  await db.schema.alterTable("steps").addColumn("context_tokens", "bigint").execute();
  await db.schema.alterTable("steps").addColumn("compacts_at", "bigint").execute();
}
