/** Derives what a session's sign shows: its status, and whether it ended unseen. The server keeps work and reading apart. */
import type { Session, SessionStatus } from "@reef/protocol/session";

export type ShownStatus = SessionStatus | "done_unseen";

export function shownStatus({ status, unread }: Pick<Session, "status" | "unread">): ShownStatus {
  return status === "idle" && unread > 0 ? "done_unseen" : status;
}
