/**
 * Adds held answers, which take effect a few seconds later unless they are taken back; and the cause of a dead message,
 * in words that others share: one dead model is one cause.
 */
import { causeOf } from "@reef/engine/mailbox/cause";
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("asks").addColumn("held_answer", "text").execute();
  await db.schema.alterTable("asks").addColumn("held_until", "text").execute();
  await db.schema
    .createIndex("asks_held")
    .on("asks")
    .column("held_until")
    .where(sql.ref("held_until"), "is not", null)
    .execute();
  await db.schema.alterTable("messages").addColumn("cause", "text").execute();
  const dead = await sql<{ reason: string | null }>`
    select distinct reason from messages where state = 'dead'`.execute(db);
  for (const { reason } of dead.rows) {
    const isSame = reason === null ? sql`reason is null` : sql`reason = ${reason}`;
    await sql`update messages set cause = ${causeOf(reason)} where state = 'dead' and ${isSame}`.execute(db);
  }
  await db.schema
    .createIndex("messages_by_cause")
    .on("messages")
    .columns(["cause", "line"])
    .where(sql.ref("cause"), "is not", null)
    .execute();
}
