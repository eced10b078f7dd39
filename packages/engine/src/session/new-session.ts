/** Holds the defaults of a new session. */
import type { SessionFields } from "../port/unit.ts";

export const newSessionFields: Omit<SessionFields, "title"> = {
  topicId: null,
  pinned: false,
  muted: false,
  memory: "on",
  archivedAt: null,
};
