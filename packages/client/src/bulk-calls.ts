/** These calls change many things in one transaction, and `undo` reverses such a change. */
import type { BulkReport, MessageBulk, SessionBulk } from "@reef/protocol/bulk";
import type { UndoToken } from "@reef/protocol/ids";
import type { Send } from "./call.ts";

export function bulkCalls(send: Send) {
  return {
    /** Changes all of them or none. */
    bulkSessions: (bulk: SessionBulk) => send<BulkReport>({ method: "POST", path: "/v1/sessions/bulk", body: bulk }),
    bulkMessages: (bulk: MessageBulk) => send<BulkReport>({ method: "POST", path: "/v1/messages/bulk", body: bulk }),
    /** Reverses a bulk change, once. `not_found` when it was undone already, or a day has passed. */
    undo: (token: UndoToken) => send<void>({ method: "POST", path: `/v1/undo/${token}` }),
  };
}
