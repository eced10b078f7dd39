/** Calls that change many things as one act, and the one that takes an act back. */
import type { BulkReport, MessageBulk, SessionBulk } from "@reef/protocol/bulk";
import type { UndoToken } from "@reef/protocol/ids";
import type { Send } from "./call.ts";

export function bulkCalls(send: Send) {
  return {
    /** All of it happens or none of it does. */
    bulkSessions: (bulk: SessionBulk) => send<BulkReport>({ method: "POST", path: "/v1/sessions/bulk", body: bulk }),
    bulkMessages: (bulk: MessageBulk) => send<BulkReport>({ method: "POST", path: "/v1/messages/bulk", body: bulk }),
    /** Takes an act back, once. `not_found` when it was, or its day is over. */
    undo: (token: UndoToken) => send<void>({ method: "POST", path: `/v1/undo/${token}` }),
  };
}
