/** Defines the endpoints of sessions: the noun, and what a person does to one. */

import { cancelSession } from "@reef/engine/session/cancel";
import { forkSession } from "@reef/engine/session/fork";
import { rewindSession } from "@reef/engine/session/rewind";
import {
  archiveSession,
  changeSession,
  createSession,
  deleteSession,
  readSession,
  restoreSession,
  unreadSession,
} from "@reef/engine/session/sessions";
import { sessionTree } from "@reef/engine/session/tree";
import { SessionId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { Accepted, CancelReport, CancelRequest, ForkRequest, ReadRequest, RewindRequest } from "@reef/protocol/request";
import { NewSession, Session, SessionCounts, SessionFilter, SessionPatch, TreeNode } from "@reef/protocol/session";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { idempotencyKeyOf } from "./messages.ts";
import { booleanQuery, pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: SessionId });
const tag = "Sessions";

const listQuery = z.strictObject({
  ...pageQuery,
  ...SessionFilter.shape,
  pinned: booleanQuery,
  unread: booleanQuery,
  archived: booleanQuery,
  q: z.string().max(500).optional().meta({ description: "Words in the title." }),
});

export function sessionRoutes(edge: Edge): readonly Route[] {
  return [...nounRoutes(edge), ...verbRoutes(edge)];
}

function nounRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/sessions",
        tag,
        summary: "Create a session",
        body: NewSession,
        status: 201,
        answer: Session,
      },
      ({ body }) => createSession(deps, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions",
        tag,
        summary: "List sessions, newest activity first",
        description: "Archived sessions are left out; `archived=true` lists only those.",
        query: listQuery,
        status: 200,
        answer: pageOf(Session),
      },
      ({ query: { limit, cursor, ...filter } }) => deps.store.read.sessions(filter, pageOfQuery({ limit, cursor })),
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions/counts",
        tag,
        summary: "Count the sessions by state and topic",
        status: 200,
        answer: SessionCounts,
      },
      () => deps.store.read.listCounts(),
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}",
        tag,
        summary: "Read a session",
        params,
        status: 200,
        answer: Session,
      },
      ({ params: { id } }) => found(deps.store.read.session(id), "session"),
    ),
    route(
      {
        method: "patch",
        path: "/v1/sessions/{id}",
        tag,
        summary: "Rename, move or pin a session",
        params,
        body: SessionPatch,
        status: 200,
        answer: Session,
      },
      async ({ params: { id }, body }) => {
        await found(deps.store.read.session(id), "session");
        return changeSession(deps, id, body);
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/sessions/{id}",
        tag,
        summary: "Stop and delete a session",
        params,
        status: 204,
        answer: null,
      },
      ({ params: { id } }) => deleteSession(deps, id),
    ),
  ];
}

function verbRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/cancel",
        tag,
        summary: "Stop what the session and the sessions it spawned are doing",
        params,
        body: CancelRequest,
        bodyIsOptional: true,
        status: 200,
        answer: CancelReport,
      },
      ({ params: { id }, body }) =>
        cancelSession(deps, id, { by: "person", ...(body.queued === undefined ? {} : { queued: body.queued }) }),
    ),
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/fork",
        tag,
        summary: "Fork a session: copy its transcript into a new one",
        params,
        body: ForkRequest,
        bodyIsOptional: true,
        status: 201,
        answer: Session,
      },
      ({ params: { id }, body }) => forkSession(deps, id, body),
    ),
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/rewind",
        tag,
        summary: "Change a message, or ask for its answer again",
        description:
          "What came after is replaced in the commit that accepts the new message: it stays in the transcript, marked with `replacedBy`, and no model sees it any more. What tools did is not undone. `conflict` while a turn runs (unless `mode` is `interrupt`), while messages wait, when it was replaced already, and for conversations that OpenClaw keeps.",
        params,
        headers: [{ name: "Idempotency-Key", description: "Any text of 1 to 200 characters." }],
        body: RewindRequest,
        takes: "text",
        status: 202,
        answer: Accepted,
      },
      async ({ params: { id }, body, request }) => {
        const idempotencyKey = idempotencyKeyOf(request);
        const { message } = await rewindSession(deps, id, { request: body, idempotencyKey });
        return { message };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/archive",
        tag,
        summary: "Archive a session",
        params,
        status: 200,
        answer: Session,
      },
      ({ params: { id } }) => archiveSession(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/restore",
        tag,
        summary: "Restore an archived session",
        params,
        status: 200,
        answer: Session,
      },
      ({ params: { id } }) => restoreSession(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/read",
        tag,
        summary: "Mark entries as read, up to `seq` or all",
        params,
        body: ReadRequest,
        bodyIsOptional: true,
        status: 200,
        answer: Session,
      },
      ({ params: { id }, body }) => readSession(deps, id, body.seq ?? null),
    ),
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/unread",
        tag,
        summary: "Mark the latest entry as unread",
        description: "The latest entry by its bot or another session. Nothing changes if something is already unread.",
        params,
        status: 200,
        answer: Session,
      },
      ({ params: { id } }) => unreadSession(deps, id),
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/tree",
        tag,
        summary: "Read the spawn tree of a session, parents before children",
        params,
        status: 200,
        answer: pageOf(TreeNode),
      },
      async ({ params: { id } }) => ({ items: await sessionTree(deps, id), next: null }),
    ),
  ];
}
