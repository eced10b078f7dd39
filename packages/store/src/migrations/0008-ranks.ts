/** Adds the ranks of waiting messages, which a person may change (MB3): at first the order of acceptance. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("messages")
    .addColumn("rank", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  // A rank means nothing for a message that no longer waits: rewriting all of them would take long for no use.
  await sql`update messages set rank = line where state = 'queued'`.execute(db);
  await db.schema.dropIndex("messages_queued").execute();
  await db.schema.dropIndex("messages_urgent").execute();
  await db.schema
    .createIndex("messages_queued")
    .on("messages")
    .columns(["session_id", "rank"])
    .where(sql<boolean>`state = 'queued'`)
    .execute();
  await db.schema
    .createIndex("messages_urgent")
    .on("messages")
    .columns(["session_id", "rank"])
    .where(sql<boolean>`state = 'queued' and mode <> 'queue'`)
    .execute();
}
