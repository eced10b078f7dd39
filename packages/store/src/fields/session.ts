/** Maps the fields of a session that people set to its row. */
import type { SessionFields } from "@reef/engine/port/unit";
import { type Codecs, flag, plain, withKey } from "./codec.ts";

export const sessionCodecs = {
  title: withKey("title", "title_key"),
  topicId: plain("topic_id"),
  pinned: flag("pinned"),
  muted: flag("muted"),
  memory: plain("memory"),
  archivedAt: plain("archived_at"),
} satisfies Codecs<SessionFields>;
