/** Defines the endpoints of messages: sending one, its receipts, and the dead letters. */
import { dismissMessage, moveMessage, retryMessage, withdrawMessage } from "@reef/engine/mailbox/dead";
import { sendMessage } from "@reef/engine/mailbox/send";
import type { Queries } from "@reef/engine/port/queries";
import { holdOf } from "@reef/engine/session/held";
import { AppError } from "@reef/protocol/error";
import { MessageId, SessionId } from "@reef/protocol/ids";
import { DeadCause, Message, MessageFilter, MessageMove, NewMessage } from "@reef/protocol/message";
import { type Page, pageOf } from "@reef/protocol/page";
import { Accepted } from "@reef/protocol/request";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { booleanQuery, pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: MessageId });
const tag = "Messages";
const maxKeyLength = 200;
const maxCauses = 50;

const dismissedQuery = z
  .union([booleanQuery.unwrap(), z.literal("any")])
  .optional()
  .meta({
    description: "`false` leaves out dismissed dead letters, as `state=dead` does by default; `true` lists only those.",
  });
const listQuery = { ...pageQuery, ...MessageFilter.shape, dismissed: dismissedQuery, betweenBots: booleanQuery };
const { sessionId: _, ...listQueryOfSession } = listQuery;
type MessagesQuery = Readonly<z.infer<z.ZodObject<typeof listQuery>>>;

export function messageRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/sessions/{id}/messages",
        tag,
        summary: "Send a message to a session",
        description:
          "The answer comes once the message is on disk. The same key and body again return the same message; another body with that key is refused.",
        params: z.object({ id: SessionId }),
        headers: [{ name: "Idempotency-Key", description: `Any text of 1 to ${maxKeyLength} characters.` }],
        body: NewMessage,
        takes: "text",
        status: 202,
        answer: Accepted,
      },
      async ({ params: { id }, body, request }) => {
        const key = idempotencyKeyOf(request);
        const { message, isHeld } = await sendMessage(deps, id, { message: body, idempotencyKey: key });
        if (!isHeld) return { message };
        const [session, holds] = await Promise.all([deps.store.read.session(id), deps.store.read.holds()]);
        const held = session === null ? undefined : holdOf(holds, session);
        return { message, ...(held !== undefined && { held }) };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/dead-causes",
        tag,
        summary: "List the causes of dead letters, newest first",
        description:
          "Only of those that were neither retried nor dismissed. `POST /v1/messages/bulk` with the cause in its filter retries or dismisses all of one.",
        status: 200,
        answer: z.object({ items: z.array(DeadCause) }),
      },
      async () => ({ items: [...(await deps.store.read.deadCauses(maxCauses))] }),
    ),
    route(
      {
        method: "get",
        path: "/v1/messages",
        tag,
        summary: "List messages, newest first",
        description: "Dead letters that were neither retried nor dismissed: `state=dead`.",
        query: z.strictObject(listQuery),
        status: 200,
        answer: pageOf(Message),
      },
      ({ query }) => readMessages(deps.store.read, query),
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/messages",
        tag,
        summary: "List the messages to a session, newest first",
        params: z.object({ id: SessionId }),
        query: z.strictObject(listQueryOfSession),
        status: 200,
        answer: pageOf(Message),
      },
      async ({ params: { id }, query }) => {
        await found(deps.store.read.session(id), "session");
        return readMessages(deps.store.read, { ...query, sessionId: id });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/messages/{id}",
        tag,
        summary: "Read a message and its receipts",
        params,
        status: 200,
        answer: Message,
      },
      ({ params: { id } }) => found(deps.store.read.message(id), "message"),
    ),
    route(
      {
        method: "delete",
        path: "/v1/messages/{id}",
        tag,
        summary: "Cancel a queued message",
        description: "It becomes `cancelled`. A message that a turn has taken cannot be cancelled.",
        params,
        status: 200,
        answer: Message,
      },
      async ({ params: { id } }) => {
        await found(deps.store.read.message(id), "message");
        return withdrawMessage(deps, id);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/messages/{id}/move",
        tag,
        summary: "Move a waiting message in its session's mailbox",
        description:
          "Before or after another message that waits in the same session; `conflict` once a turn has taken either.",
        params,
        body: MessageMove,
        status: 200,
        answer: Message,
      },
      async ({ params: { id }, body }) => {
        await found(deps.store.read.message(id), "message");
        return moveMessage(deps, id, body);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/messages/{id}/retry",
        tag,
        summary: "Retry a dead message",
        params,
        status: 200,
        answer: Message,
      },
      async ({ params: { id } }) => {
        await found(deps.store.read.message(id), "message");
        return retryMessage(deps, id);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/messages/{id}/dismiss",
        tag,
        summary: "Dismiss a dead message",
        params,
        status: 200,
        answer: Message,
      },
      async ({ params: { id } }) => {
        await found(deps.store.read.message(id), "message");
        return dismissMessage(deps, id);
      },
    ),
  ];
}

function readMessages(read: Queries, { limit, cursor, dismissed, ...filter }: MessagesQuery): Promise<Page<Message>> {
  const wanted = dismissed ?? (filter.state === "dead" ? false : "any");
  return read.messages({ ...filter, ...(wanted !== "any" && { dismissed: wanted }) }, pageOfQuery({ limit, cursor }));
}

/** Throws `invalid_request` when the header is empty or too long. */
export function idempotencyKeyOf(request: Request): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null || (key.length >= 1 && key.length <= maxKeyLength)) return key;
  const message = `expected 1 to ${maxKeyLength} characters, found ${key.length}`;
  throw new AppError("invalid_request", `Idempotency-Key: ${message}`, {
    fields: [{ path: "Idempotency-Key", message }],
  });
}
