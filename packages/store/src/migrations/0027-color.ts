/**
 * Renames a topic's color to the API's spelling. Stored copies of topics change too: events that clients have not
 * received yet, and the undo of a deleted topic.
 */
import type { Kysely } from "kysely";

interface Before {
  events: { seq: number; body: string };
  undos: { token: string; ops: string };
}
interface Colored {
  color?: string;
  readonly colour?: string;
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("topics").renameColumn("colour", "color").execute();
  const before = db as Kysely<Before>;
  const events = await before.selectFrom("events").selectAll().where("body", "like", '%"topic.changed"%').execute();
  for (const { seq, body } of events) {
    const event: { readonly type: string; readonly topic: Colored } = JSON.parse(body);
    if (event.type !== "topic.changed") continue;
    nameColor(event.topic);
    await before
      .updateTable("events")
      .set({ body: JSON.stringify(event) })
      .where("seq", "=", seq)
      .execute();
  }
  const undos = await before.selectFrom("undos").selectAll().where("ops", "like", '%"topic.create"%').execute();
  for (const { token, ops: text } of undos) {
    const ops: readonly { readonly op: string; readonly topic: Colored }[] = JSON.parse(text);
    for (const { op, topic } of ops) if (op === "topic.create") nameColor(topic);
    await before
      .updateTable("undos")
      .set({ ops: JSON.stringify(ops) })
      .where("token", "=", token)
      .execute();
  }
}

function nameColor(topic: Colored): void {
  if (topic.colour !== undefined) topic.color = topic.colour;
}
