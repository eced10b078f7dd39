/** Adds the session that a session waits for: of those below it, the one whose question has been open longest. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("sessions").addColumn("waits_for_id", "text").execute();
  await sql`
    with recursive above(ancestor, asking, n) as (
      select sessions.parent_id, sessions.id, min(asks.n) from sessions
        join asks on asks.session_id = sessions.id and asks.state = 'open'
        where sessions.parent_id is not null group by sessions.id
      union all
      select sessions.parent_id, above.asking, above.n from above
        join sessions on sessions.id = above.ancestor where sessions.parent_id is not null
    )
    update sessions
    set waits_for_id = (select asking from above where ancestor = sessions.id order by n limit 1)
    where id in (select ancestor from above)`.execute(db);
}
