/** Adds questions open in the sessions a session spawned, so that it can say that it waits for them. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("sessions")
    .addColumn("asks_below", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`
    with recursive above(ancestor, asks) as (
      select parent_id, open_asks from sessions where open_asks > 0 and parent_id is not null
      union all
      select sessions.parent_id, above.asks from above
        join sessions on sessions.id = above.ancestor where sessions.parent_id is not null
    )
    update sessions
    set asks_below = (select coalesce(sum(asks), 0) from above where ancestor = sessions.id)
    where id in (select ancestor from above)`.execute(db);
}
