/**
 * Serves the hub over WebSockets. Origin and login are checked on the upgrade request, before the handshake (SE3, SE2):
 * a refused page never gets a socket. A peer that does not answer pings, or sends nothing sensible, is disconnected.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@reef/protocol/error";
import { ClientFrame, type ServerFrame } from "@reef/protocol/socket";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { authenticate, clientKey, type Guard } from "../auth/guard.ts";
import { type OriginRules, requireOwnOrigin } from "../auth/origin.ts";
import { endWithProblem } from "../http/raw-problem.ts";
import type { FramedEvent } from "./event-ring.ts";
import type { Hub, Member, Sink } from "./hub.ts";
import { encodeTextFrames } from "./text-frames.ts";

export interface SocketServerParts {
  readonly hub: Hub;
  readonly guard: Guard;
  readonly rules: OriginRules;
  readonly version: string;
  readonly limits?: Partial<SocketLimits>;
}

export interface SocketLimits {
  /** Bytes that may wait in one client's socket before the hub stops sending to it. */
  readonly highWaterBytes: number;
  readonly pingMs: number;
  readonly helloMs: number;
  /** The most events that are sent again; a client further behind is reset. */
  readonly maxReplay: number;
}

export interface SocketServer extends Disposable {
  /** Handles the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

const defaultLimits: SocketLimits = { highWaterBytes: 4 * 2 ** 20, pingMs: 20_000, helloMs: 10_000, maxReplay: 20_000 };
const maxFrameBytes = 64 * 1024;
const farewellMs = 500;
const signedOutReason = "this device was signed out";

export function createSocketServer(parts: SocketServerParts): SocketServer {
  const limits = { ...defaultLimits, ...parts.limits };
  const server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  const silent = new WeakSet<WebSocket>();
  const entryByClient = new WeakMap<WebSocket, Entry>();

  const pinging = setInterval(() => {
    for (const client of server.clients) {
      if (silent.has(client)) client.terminate();
      silent.add(client);
      // A login that expired; no one ended it.
      if (entryByClient.get(client)?.isOpen() === false) client.close(1008, signedOutReason);
      if (client.readyState === client.OPEN) client.ping();
    }
  }, limits.pingMs);
  pinging.unref();

  return {
    upgrade(request, socket, head) {
      // Without a listener, a peer that resets the connection here would end the process.
      socket.on("error", () => socket.destroy());
      let entry: Entry;
      try {
        entry = requireEntry(parts, request);
      } catch (error) {
        endWithProblem(socket, error);
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        client.on("pong", () => silent.delete(client));
        entryByClient.set(client, entry);
        serveClient({ client, socket }, parts, { limits, entry });
      });
    },
    [Symbol.dispose]() {
      clearInterval(pinging);
      for (const client of server.clients) client.close(1001, "the server is stopping");
      server.close();
      // A peer that does not answer the close would keep the HTTP server open.
      setTimeout(() => {
        for (const client of server.clients) client.terminate();
      }, farewellMs).unref();
    },
  };
}

/** Whose socket it is, and whether that client may still come in. */
interface Entry {
  readonly key: string;
  isOpen(): boolean;
}

function requireEntry({ guard, rules }: SocketServerParts, request: IncomingMessage): Entry {
  const { headers, method = "GET", url: target = "/" } = request;
  const fetchSite = headers["sec-fetch-site"]?.toString();
  requireOwnOrigin(rules, { method, target, host: headers.host, origin: headers.origin, fetchSite });
  const path = target.split("?", 1)[0];
  if (path !== "/v1/socket") throw new AppError("not_found", "the socket is at /v1/socket");
  const { authorization, cookie, origin } = headers;
  const credentials = { method, authorization, cookie, origin, fetchSite };
  const caller = authenticate(guard, credentials);
  return {
    key: clientKey(guard, { cookie, address: request.socket.remoteAddress }),
    isOpen: () => caller.kind === "token" || guard.logins.isOpen(caller.login),
  };
}

function serveClient(
  { client, socket }: { readonly client: WebSocket; readonly socket: Duplex },
  { hub, version }: SocketServerParts,
  { limits, entry }: { readonly limits: SocketLimits; readonly entry: Entry },
): void {
  let member: Member | null = null;
  let wasCongested = false;
  const mustGreet = setTimeout(() => client.close(1008, 'expected {"type":"hello","after":N}'), limits.helloMs);
  const isCongested = () => {
    wasCongested ||= client.bufferedAmount > limits.highWaterBytes;
    return wasCongested;
  };
  const onSent = () => {
    // Half empty before more is sent, so that a slow client is not woken for every frame.
    if (!wasCongested || client.bufferedAmount > limits.highWaterBytes / 2) return;
    wasCongested = false;
    member?.pump();
  };
  const send = (text: string) => {
    if (client.readyState === client.OPEN) client.send(text, onSent);
  };
  const sendFrame = (frame: ServerFrame) => send(JSON.stringify(frame));
  // Past the library, which writes its own frames whole and at the moment they are sent: so none is cut in two.
  const sendBytes = (frames: Uint8Array) => {
    if (client.readyState === client.OPEN) socket.write(frames, onSent);
  };
  const sink: Sink = {
    welcome: (seq) => sendFrame({ type: "welcome", seq, version }),
    events: (batch) => sendBytes(batch.as("socket", encodeEvents)),
    live: (batch) => sendBytes(batch.as("socket", encodeTextFrames)),
    notice: send,
    reset: (seq, reason) => sendFrame({ type: "reset", seq, reason }),
    isCongested,
    end: (reason) => client.close(1001, reason),
  };

  client.on("message", (raw, isBinary) => {
    const frame = isBinary ? null : readFrame(raw);
    if (frame === null || (frame.type === "hello" && member !== null)) {
      client.close(1008, 'expected one {"type":"hello","after":N}, then {"type":"ping"}');
    } else if (frame.type === "ping") {
      sendFrame({ type: "pong" });
    } else if (!entry.isOpen()) {
      client.close(1008, signedOutReason);
    } else {
      clearTimeout(mustGreet);
      member = hub.join(sink, { after: frame.after ?? -1, maxReplay: limits.maxReplay, client: entry.key });
    }
  });
  client.on("close", () => {
    clearTimeout(mustGreet);
    member?.leave();
  });
  // ws reports a broken peer here and then closes; the close is what matters.
  client.on("error", () => client.terminate());
}

function encodeEvents(events: readonly FramedEvent[]): Uint8Array {
  return encodeTextFrames(events.map(({ json }) => `{"type":"event","event":${json}}`));
}

function readFrame(raw: RawData): ClientFrame | null {
  try {
    return ClientFrame.parse(JSON.parse(raw.toString()));
  } catch {
    return null;
  }
}
