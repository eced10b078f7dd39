/**
 * Runs a model provider on loopback that answers by script: for tests, journeys and benches, over real HTTP. It counts
 * what a client did (requests, concurrency, broken connections) and keeps the newest requests with their times, on
 * the clock of `performance`, so that several processes on one machine can compare them.
 *
 * POST /v1/chat/completions, /v1/responses, /v1/messages · GET /v1/models · GET /stats · GET /requests · POST /reset
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import {
  type ChatMessage,
  directiveScript,
  type ModelRequest,
  readDirectives,
  type Script,
  type ScriptFunction,
} from "./model-script.ts";
import { anthropicWire, chatWire, responsesWire, type Wire, type WireAnswer } from "./model-wire.ts";

export interface ModelServerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly script?: ScriptFunction;
  /** Requests without this bearer token (or `x-api-key`) get 401. */
  readonly apiKey?: string;
  /** How many of the newest requests are kept; 1,000 by default. */
  readonly keep?: number;
  /** Pace of answers whose script sets none. */
  readonly delayMs?: number;
  readonly chunks?: number;
  readonly gapMs?: number;
}

export interface LoggedRequest {
  readonly request: ModelRequest;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly endedAt: number | null;
  readonly status: number | null;
  /** The client left before the answer was complete. */
  readonly aborted: boolean;
}

export interface ModelServerStats {
  readonly requests: number;
  readonly running: number;
  readonly peakRunning: number;
  readonly aborted: number;
  readonly failed: number;
}

export interface ModelServer extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:PORT`. Chat completions and responses are under `/v1`. */
  readonly url: string;
  /** Oldest first, the newest `keep` of them. */
  requests(): readonly LoggedRequest[];
  stats(): ModelServerStats;
  reset(): void;
  /** Answers by this script from now on. */
  use(script: ScriptFunction): void;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Book {
  stats: Mutable<ModelServerStats>;
  log: Mutable<LoggedRequest>[];
  attempts: Map<string, number>;
  script: ScriptFunction;
}

const wireByPath: Readonly<Record<string, Wire>> = {
  "/v1/chat/completions": chatWire,
  "/v1/responses": responsesWire,
  "/v1/messages": anthropicWire,
};

const now = () => performance.timeOrigin + performance.now();

/** Starts a scripted model server on 127.0.0.1. Dispose it to close every connection. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const book: Book = { ...emptyBook(), script: options.script ?? directiveScript };
  const server = createServer((request, response) => {
    answer({ book, options, request, response }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: { message: `script failed: ${String(error)}`, type: "script" } });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => book.log,
    stats: () => ({ ...book.stats }),
    reset: () => reset(book),
    use: (script) => {
      book.script = script;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function emptyBook(): Omit<Book, "script"> {
  return { stats: { requests: 0, running: 0, peakRunning: 0, aborted: 0, failed: 0 }, log: [], attempts: new Map() };
}

function reset(book: Book): void {
  const { running } = book.stats;
  Object.assign(book, emptyBook());
  book.stats.running = running;
  book.stats.peakRunning = running;
}

interface Exchange {
  readonly book: Book;
  readonly options: ModelServerOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer({ book, options, request, response }: Exchange): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (path === "/stats") return sendJson(response, 200, book.stats);
  if (path === "/requests") return sendJson(response, 200, book.log);
  if (path === "/reset") {
    reset(book);
    return sendJson(response, 200, {});
  }
  const isAllowed = options.apiKey === undefined || keyOf(request) === options.apiKey;
  if (path === "/v1/models" && isAllowed) {
    return sendJson(response, 200, { object: "list", data: [{ id: "scripted", object: "model" }] });
  }
  const wire = wireByPath[path];
  if (!isAllowed) return sendJson(response, 401, { error: { message: `wrong key ${keyOf(request)}`, type: "auth" } });
  if (!wire) return sendJson(response, 404, { error: { message: `no such path ${path}`, type: "path" } });

  const body = await readBody(request);
  if (!body) return sendJson(response, 400, { error: { message: "expected a JSON object", type: "body" } });
  const entry = logRequest({ book, wire, path, body, request, keep: options.keep ?? 1000 });
  const { stats } = book;
  stats.requests += 1;
  stats.running += 1;
  stats.peakRunning = Math.max(stats.peakRunning, stats.running);
  const gone = new AbortController();
  response.once("close", () => {
    entry.endedAt = now();
    entry.status = response.statusCode;
    entry.aborted = !response.writableFinished;
    stats.running -= 1;
    if (entry.aborted) stats.aborted += 1;
    gone.abort();
  });

  const { delayMs, chunks, gapMs } = options;
  const pace = { delayMs: delayMs ?? 0, chunks: chunks ?? 4, gapMs: gapMs ?? 0 };
  const script = { ...pace, ...(await book.script(entry.request)) };
  if (!(await pause(script.delayMs, gone.signal))) return;
  if (script.fail) {
    stats.failed += 1;
    const { status, message, retryAfter } = script.fail;
    if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
    return sendJson(response, status, {
      error: { message: message ?? `scripted failure ${status}`, type: "scripted" },
    });
  }
  await play({ wire, script, logged: entry, response, signal: gone.signal });
}

interface Playing {
  readonly wire: Wire;
  readonly script: Script & { readonly chunks: number; readonly gapMs: number };
  readonly logged: LoggedRequest;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
}

async function play({ wire, script, logged, response, signal }: Playing): Promise<void> {
  const { request } = logged;
  const wired = toWireAnswer(script, request);
  if (!request.stream) return sendJson(response, 200, wire.whole(wired));
  const { head, thoughts = [], text, tail } = wire.frames(wired);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write(head.join(""));
  for (const [n, frame] of thoughts.entries()) {
    if (n > 0 && !(await pause(script.gapMs, signal))) return;
    response.write(frame);
  }
  if (thoughts.length > 0) await script.thinksUntil;
  const until = script.breakOff ? Math.ceil(text.length / 2) : text.length;
  for (const [n, frame] of text.slice(0, until).entries()) {
    if (n > 0 && !(await pause(script.gapMs, signal))) return;
    response.write(frame);
  }
  if (script.breakOff === "stall") return;
  if (script.breakOff === "end") {
    response.end();
    return;
  }
  if (script.breakOff === "cut") {
    // Lets what was written leave first, so that the client has seen the start of an answer.
    await pause(10, signal);
    response.destroy();
    return;
  }
  response.end(tail.join(""));
}

function toWireAnswer(script: Script & { readonly chunks: number }, request: ModelRequest): WireAnswer {
  const { text = "", reasoning = "" } = script;
  const calls = (script.calls ?? []).map((call, n) => ({ ...call, callId: `call_${request.n}_${n + 1}` }));
  const sent = request.messages.reduce((sum, message) => sum + message.text.length, 0);
  return {
    id: `answer_${request.n}`,
    model: request.model,
    pieces: piecesOf(text, script.chunks),
    thoughts: piecesOf(reasoning, script.chunks),
    calls,
    finish: script.finish ?? (calls.length > 0 ? "tool_calls" : "stop"),
    inputTokens: script.inputTokens ?? Math.ceil(sent / 4),
    outputTokens: script.outputTokens ?? Math.ceil(text.length / 4) + calls.length * 10,
  };
}

function piecesOf(text: string, count: number): readonly string[] {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
}

interface Arrival {
  readonly book: Book;
  readonly wire: Wire;
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly request: IncomingMessage;
  readonly keep: number;
}

function logRequest({ book, wire, path, body, request, keep }: Arrival): Mutable<LoggedRequest> {
  const wired = wire.read(body);
  const key = JSON.stringify(wired.messages);
  const attempt = (book.attempts.get(key) ?? 0) + 1;
  book.attempts.set(key, attempt);
  const oldest = book.attempts.size > 10_000 ? book.attempts.keys().next().value : undefined;
  if (oldest !== undefined) book.attempts.delete(oldest);
  const lastUserAt = findAsked(wired.messages);
  const entry: Mutable<LoggedRequest> = {
    request: {
      ...wired,
      n: book.stats.requests + 1,
      attempt,
      system: wired.messages.find(({ role }) => role === "system")?.text ?? "",
      lastUser: wired.messages[lastUserAt]?.text ?? "",
      results: wired.messages.slice(lastUserAt + 1).flatMap(({ role, text }) => (role === "tool" ? [text] : [])),
    },
    path,
    body,
    headers: request.headers,
    receivedAt: now(),
    endedAt: null,
    status: null,
    aborted: false,
  };
  book.log.push(entry);
  if (book.log.length > keep) book.log.shift();
  return entry;
}

/** Returns the message to answer: with directives if one since the last whole answer has any, else the newest. */
function findAsked(messages: readonly ChatMessage[]): number {
  const answeredAt = messages.findLastIndex(
    ({ role, calls }, at) => role === "assistant" && calls.length === 0 && messages[at + 1]?.role !== "assistant",
  );
  const scripted = messages.findLastIndex(
    ({ role, text }, at) => at > answeredAt && role === "user" && readDirectives(text).length > 0,
  );
  return scripted < 0 ? messages.findLastIndex(({ role, text }) => role === "user" && !isNote(text)) : scripted;
}

/** What Reef itself says between two steps, as that the server stopped, asks for nothing new. */
function isNote(text: string): boolean {
  return /^<notice\b[^>]*>[\s\S]*<\/notice\b[^>]*>$/.test(text.trim());
}

function keyOf(request: IncomingMessage): string {
  return String(request.headers["x-api-key"] ?? request.headers.authorization?.replace(/^Bearer /, "") ?? "");
}

/** Returns false when the client left in between. */
async function pause(ms: number | undefined, signal: AbortSignal): Promise<boolean> {
  if (ms && !signal.aborted) await wait(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"));
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}
