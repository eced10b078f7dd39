/** Maps the fields of tasks and roots to their rows. */
import { rankOf } from "@reef/engine/task/find";
import type { Root } from "@reef/protocol/root";
import type { Task, TaskDetail } from "@reef/protocol/task";
import { type Codec, type Codecs, flag, json, plain, withKey } from "./codec.ts";

/** Beside it, the number by which the most urgent come first. */
const priority: Codec<Task["priority"], { priority: Task["priority"]; rank: number }> = {
  columns: ["priority", "rank"],
  toColumns: (value) => ({ priority: value, rank: rankOf({ priority: value }) }),
  toValue: (row) => row.priority,
};

export const taskCodecs = {
  id: plain("id"),
  ref: withKey("ref", "ref_key"),
  title: plain("title"),
  status: plain("status"),
  priority,
  conflict: plain("conflict"),
  progress: json("progress"),
  labels: json("labels"),
  isTemplate: flag("is_template"),
  rootId: plain("root_id"),
  parentId: plain("parent_id"),
  topicId: plain("topic_id"),
  botId: plain("bot_id"),
  sessionId: plain("session_id"),
  attempts: plain("attempts"),
  result: json("result"),
  source: json("source"),
  goneAt: plain("gone_at"),
  touchedAt: plain("touched_at"),
  writtenAt: plain("written_at"),
  createdAt: plain("created_at"),
  updatedAt: plain("updated_at"),
} satisfies Codecs<Task>;

export const taskDetailCodecs = {
  text: plain("text"),
  criteria: json("criteria"),
  fields: json("fields"),
} satisfies Codecs<TaskDetail>;

export const rootCodecs = {
  id: plain("id"),
  kind: plain("kind"),
  path: plain("path"),
  name: plain("name"),
  scan: json("scan"),
  layout: json("layout"),
  counts: json("counts"),
  unreadableCount: plain("unreadable_count"),
  createdAt: plain("created_at"),
  updatedAt: plain("updated_at"),
} satisfies Codecs<Root>;
