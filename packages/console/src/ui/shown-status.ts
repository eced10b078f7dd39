/** What a session's sign shows: its status, and whether it ended unseen. The server tells the two apart: work, and reading. */
import type { Session, SessionStatus } from "@reef/protocol/session";

export type ShownStatus = SessionStatus | "done_unseen";

export function shownStatus({ status, unread }: Pick<Session, "status" | "unread">): ShownStatus {
  return status === "idle" && unread > 0 ? "done_unseen" : status;
}
