/** Endpoints for one act on many, and for taking an act back. */
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
        summary: "Archive, restore, move, pin, mute, mark or delete many sessions at once",
        description:
          "All of it commits together or none of it does. Name the sessions by `ids` or by a `filter`. The answer's `undo` takes it back; deleted sessions cannot be brought back.",
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
        summary: "Retry, dismiss or cancel many messages at once",
        description: "All of it commits together or none of it does. Messages in another state are left alone.",
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
        summary: "Take an act back",
        description: "Once, within a day, also after a restart: with the same ids, in one unit.",
        params: z.object({ token: UndoToken }),
        status: 204,
        answer: null,
      },
      ({ params: { token } }) => undo(deps, token),
    ),
  ];
}
