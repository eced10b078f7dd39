/** Topics: row → noun. */
import type { Topic } from "@reef/protocol/topic";
import type { TopicRow } from "../tables.ts";

export function topicRowToNoun(row: TopicRow): Topic {
  return { id: row.id, name: row.name, colour: row.colour, order: row.position, createdAt: row.created_at };
}
