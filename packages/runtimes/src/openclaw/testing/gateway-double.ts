/**
 * Simulates a gateway for tests: it speaks the real one's wire protocol as far as Reef uses it, over a real socket, and
 * crashes and restarts like it. Its frames are built on recordings of the real one; the same suites run against both,
 * so it cannot drift. Its model answers by the directives in a message, as the scripted model server does.
 */
import { createServer, type Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { freePort } from "../../testing/free-port.ts";
import { createBook, type DoubleBook, type SessionsOptions } from "./double-sessions.ts";

export interface GatewayDoubleOptions extends Partial<SessionsOptions> {
  readonly token?: string;
  /** Its release; 2026.9.6 by default. */
  readonly version?: string;
  /** Its wire protocol; 4 by default. */
  readonly protocol?: number;
  /** Refuses connections as a starting gateway does, this many times. */
  readonly startingUp?: number;
  /** Rights that it grants, whatever is requested. */
  readonly scopes?: readonly string[];
  /** Time between ticks; 30 s by default. */
  readonly tickMs?: number;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface GatewayDouble extends AsyncDisposable {
  /** `ws://127.0.0.1:PORT`; the same after a restart. */
  readonly url: string;
  readonly token: string;
  /** Agents, sessions and runs of the gateway. */
  readonly book: DoubleBook;
  /** Returns every request since the first start, in order. */
  requests(): readonly ReceivedRequest[];
  /** Headers of each attempted connection. */
  readonly upgrades: readonly Readonly<Record<string, string | string[] | undefined>>[];
  /** Acts as SIGKILL does: no farewell, runs are cut off, waiting inputs are interrupted. */
  kill(): Promise<void>;
  /** After a kill, starts another process on the same state, which resumes cut off runs one after another. */
  start(): Promise<void>;
  /** Sends nothing more to connected clients, not even ticks. */
  fallSilent(): void;
  /** Breaks every connection and leaves the process alone. */
  dropLines(): void;
  /** Sends a frame unchanged to everyone. */
  sendRaw(text: string): void;
}

interface Request {
  readonly type: string;
  readonly id: string;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Starts on a free port of 127.0.0.1. */
export async function startGatewayDouble(options: GatewayDoubleOptions = {}): Promise<GatewayDouble> {
  const token = options.token ?? "double-token-0123456789";
  const received: ReceivedRequest[] = [];
  const upgrades: Readonly<Record<string, string | string[] | undefined>>[] = [];
  const lines = new Set<WebSocket>();
  const state = { startingUp: options.startingUp ?? 0, bootId: crypto.randomUUID(), port: await freePort() };
  const send = (socket: WebSocket, frame: unknown) => socket.send(JSON.stringify(frame));
  const book = createBook({ ...options, emit: (event, payload) => tell({ type: "event", event, payload }) });
  let server: Server | null = null;
  let ticking: NodeJS.Timeout | undefined;

  function tell(frame: unknown): void {
    for (const socket of lines) send(socket, frame);
  }

  function welcome(socket: WebSocket, request: Request): void {
    const params = request.params as unknown as ConnectParams;
    const protocol = options.protocol ?? 4;
    const refuse = (code: string, message: string, more: Readonly<Record<string, unknown>> = {}) => {
      send(socket, { type: "res", id: request.id, ok: false, error: { code, message, ...more } });
      socket.close(1008, "connect failed");
    };
    if (state.startingUp > 0) {
      state.startingUp -= 1;
      refuse("UNAVAILABLE", "gateway starting; retry shortly", {
        retryable: true,
        retryAfterMs: 30,
        details: { reason: "startup-sidecars" },
      });
    } else if (params.minProtocol > protocol || params.maxProtocol < protocol) {
      refuse("INVALID_REQUEST", "protocol mismatch", {
        details: { code: "PROTOCOL_MISMATCH", expectedProtocol: protocol },
      });
    } else if (params.auth?.token !== token) {
      // As the worst gateway might: with the secret in its words.
      refuse("INVALID_REQUEST", `unauthorized: gateway token mismatch (${params.auth?.token})`, {
        details: { code: "AUTH_TOKEN_MISMATCH", recommendedNextStep: "update_auth_configuration" },
      });
    } else {
      lines.add(socket);
      send(socket, { type: "res", id: request.id, ok: true, payload: hello(params, protocol) });
    }
  }

  function hello({ scopes }: ConnectParams, protocol: number): unknown {
    const { agents, sessions } = book.counts();
    return {
      type: "hello-ok",
      protocol,
      server: {
        version: options.version ?? "2026.9.6",
        buildId: "double",
        bootId: state.bootId,
        connId: crypto.randomUUID(),
      },
      features: { methods: book.methods, events: ["agent", "chat", "session.message", "sessions.changed", "tick"] },
      auth: { method: "token", role: "operator", scopes: options.scopes ?? scopes },
      snapshot: { health: { agents: Array.from({ length: agents }, () => ({})), sessions: { count: sessions } } },
      policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: options.tickMs ?? 30_000 },
    };
  }

  async function answer(socket: WebSocket, request: Request): Promise<void> {
    if (request.method === "connect") return welcome(socket, request);
    received.push({ method: request.method, params: request.params ?? {} });
    const reply = await book.answer(request.method, request.params ?? {});
    if (socket.readyState !== socket.OPEN) return;
    send(socket, { type: "res", id: request.id, ...reply });
  }

  async function listen(): Promise<void> {
    const http = createServer((_request, response) => response.writeHead(200).end("ok"));
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (socket, { headers }) => {
      upgrades.push(headers);
      socket.on("message", (text) => void answer(socket, JSON.parse(text.toString()) as Request));
      socket.on("close", () => lines.delete(socket));
      socket.on("error", () => lines.delete(socket));
      send(socket, {
        type: "event",
        event: "connect.challenge",
        payload: { nonce: crypto.randomUUID(), ts: performance.timeOrigin + performance.now() },
      });
    });
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject).listen(state.port, "127.0.0.1", resolve);
    });
    server = http;
    ticking = setInterval(() => tell({ type: "event", event: "tick", payload: {} }), options.tickMs ?? 30_000);
  }

  async function end(): Promise<void> {
    clearInterval(ticking);
    for (const socket of lines) socket.terminate();
    lines.clear();
    const closing = server;
    server = null;
    if (closing === null) return;
    closing.closeAllConnections();
    await new Promise((resolve) => closing.close(resolve));
  }

  await listen();
  return {
    url: `ws://127.0.0.1:${state.port}`,
    token,
    book,
    requests: () => received,
    upgrades,
    async kill() {
      book.die();
      await end();
    },
    async start() {
      state.bootId = crypto.randomUUID();
      await listen();
      book.revive();
    },
    fallSilent: () => lines.clear(),
    dropLines() {
      for (const socket of lines) socket.terminate();
    },
    sendRaw(text) {
      for (const socket of lines) socket.send(text);
    },
    async [Symbol.asyncDispose]() {
      book.die();
      await end();
    },
  };
}

interface ConnectParams {
  readonly minProtocol: number;
  readonly maxProtocol: number;
  readonly scopes: readonly string[];
  readonly auth?: { readonly token?: string };
}
