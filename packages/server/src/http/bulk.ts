/** Defines the endpoints for one act on many, and for undoing an act. */
import { changeMessages } from "@reef/engine/bulk/messages";
import { changeSessions } from "@reef/engine/bulk/sessions";
import { undo } from "@reef/engine/bulk/undo";
import { BulkReport, MessageBulk, SessionBulk } from "@reef/protocol/bulk";
import { UndoToken } from "@reef/protocol/ids";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

export function bulkRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/sessions/bulk",
        tag: "Sessions",
        summary: "Archive, restore, move, pin, mute, mark or delete many sessions",
        description:
          "All changes commit together, or none does. Name the sessions by `ids` or by a `filter`. The answer's `undo` reverts the action; deleted sessions cannot be restored.",
        body: SessionBulk,
        status: 200,
        answer: BulkReport,
      },
      ({ body }) => changeSessions(deps, body),
    ),
    route(
      {
        method: "post",
        path: "/v1/messages/bulk",
        tag: "Messages",
        summary: "Retry, dismiss or cancel many messages",
        description: "All changes commit together, or none does. Messages in another state are left alone.",
        body: MessageBulk,
        status: 200,
        answer: BulkReport,
      },
      ({ body }) => changeMessages(deps, body),
    ),
    route(
      {
        method: "post",
        path: "/v1/undo/{token}",
        tag: "Sessions",
        summary: "Undo an action",
        description:
          "Works once, within a day, even after a restart. Everything comes back with the same ids, in one commit.",
        params: z.object({ token: UndoToken }),
        status: 204,
        answer: null,
      },
      ({ params: { token } }) => undo(deps, token),
    ),
  ];
}
