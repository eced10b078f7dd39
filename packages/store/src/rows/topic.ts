/** Converts topics: row → noun. */
import { type Topic, withColour } from "@reef/protocol/topic";
import { columnsToFields } from "../fields/codec.ts";
import { topicCodecs } from "../fields/topic.ts";
import type { TopicRow } from "../tables.ts";

export function topicRowToNoun(row: TopicRow): Topic {
  return withColour({ id: row.id, ...columnsToFields(topicCodecs, row), createdAt: row.created_at });
}
