/**
 * Streams events over HTTP (server-sent events): the same events as the socket's, resumable by `after` or
 * Last-Event-ID.
 */
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { authenticate, clientKey } from "../auth/guard.ts";
import type { FramedEvent } from "../socket/event-ring.ts";
import type { Hub, Member, Sink } from "../socket/hub.ts";
import type { Edge } from "./edge.ts";
import { credentialsOf } from "./login.ts";
import { type Route, route } from "./route.ts";

/** A client that leaves this much unread is congested, in bytes. */
const highWaterBytes = 2 ** 20;
/** Proxies close streams that are silent for long. */
const heartbeatMs = 15_000;

const afterQuery = z.coerce.number({ error: "expected a whole number" }).int().min(-1).max(Number.MAX_SAFE_INTEGER);

export function eventRoutes({ hub, guard }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/events",
        tag: "Events",
        summary: "Follow every change, as server-sent events",
        description:
          "`id` is the sequence, `data` an `Event` as JSON; each event comes once, in order. An event named `reset` means that some were skipped: read the lists again. One named `closed` says why the stream ends: the server stops, the device was signed out, the client read nothing for a minute, or it opened more than 1,024 streams and this is its oldest. Without a position, events from now on.",
        query: z.strictObject({ after: afterQuery.optional() }),
        headers: [{ name: "Last-Event-ID", description: "Resume after this event; sent by browsers on reconnect." }],
        status: 200,
        answer: "text/event-stream",
      },
      async ({ query, request, address }) => {
        const after = positionOf(request) ?? query.after ?? -1;
        const caller = authenticate(guard, credentialsOf(request));
        const isOpen = () => caller.kind === "token" || guard.logins.isOpen(caller.login);
        const client = clientKey(guard, { cookie: request.headers.get("cookie") ?? undefined, address });
        // The same handler answers HEAD, and no one would ever read or end its stream.
        const body =
          request.method === "HEAD" ? null : streamEvents(hub, { after, signal: request.signal, client, isOpen });
        return new Response(body, {
          headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
        });
      },
    ),
  ];
}

/** Last-Event-ID wins: on a reconnect the browser sends the old address again, and its real position beside it. */
function positionOf(request: Request): number | null {
  const text = request.headers.get("last-event-id");
  if (text === null || text === "") return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError("invalid_request", "Last-Event-ID must be the id of an event: a whole number");
}

interface Stream {
  readonly after: number;
  readonly signal: AbortSignal;
  readonly client: string;
  /** True while the login that opened the stream has not ended. */
  isOpen(): boolean;
}

function streamEvents(hub: Hub, { after, signal, client, isOpen }: Stream) {
  let member: Member | null = null;
  let heartbeat: NodeJS.Timeout | undefined;

  function stop(): void {
    clearInterval(heartbeat);
    member?.leave();
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string) => controller.enqueue(encoder.encode(text));
        const sink: Sink = {
          welcome: (seq) => write(`: welcome ${seq}\n\n`),
          events: (batch) => controller.enqueue(batch.as("sse", encodeEvents)),
          live: () => undefined,
          notice: () => undefined,
          reset: (seq, reason) => write(`id: ${seq}\nevent: reset\ndata: ${JSON.stringify({ seq, reason })}\n\n`),
          isCongested: () => (controller.desiredSize ?? 0) <= 0,
          end: (reason) => {
            stop();
            write(`event: closed\ndata: ${JSON.stringify({ reason })}\n\n`);
            controller.close();
          },
        };
        member = hub.join(sink, { after, client });
        heartbeat = setInterval(() => {
          if (!isOpen()) sink.end("this device was signed out");
          else if (!sink.isCongested()) write(": still here\n\n");
        }, heartbeatMs);
        signal.addEventListener("abort", stop);
      },
      pull: () => member?.pump(),
      cancel: stop,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: highWaterBytes }),
  );
}

const encoder = new TextEncoder();

function encodeEvents(events: readonly FramedEvent[]): Uint8Array {
  return encoder.encode(events.map(({ seq, json }) => `id: ${seq}\ndata: ${json}\n\n`).join(""));
}
