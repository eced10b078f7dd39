/** What a new session has where nothing else is said. */
import type { SessionFields } from "../port/unit.ts";

export const newSessionFields: Omit<SessionFields, "title"> = {
  topicId: null,
  pinned: false,
  muted: false,
  memory: "on",
  archivedAt: null,
};
