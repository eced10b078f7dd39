/**
 * Runs a strict double of a model server on loopback: checks a request as its dialect requires, then answers by script.
 * It keeps its requests and refusals, so that a test can say why a cell of the table is red.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import {
  type Answer,
  type Asked,
  type Dialect,
  fragments,
  isNever,
  type Json,
  type Minted,
  object,
  type Received,
  type Refusal,
  type Tokens,
} from "./dialect.ts";

export interface Question extends Received {
  readonly n: number;
  /** Results since the newest message of a person, oldest first. */
  readonly results: readonly string[];
  readonly lastUser: string;
}

export interface Reply {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly { readonly name: string; readonly input: Json }[];
  readonly tokens?: Partial<Tokens>;
  readonly instead?: Refusal;
  /** After half of the text: an error in the stream, or silence until the client goes. */
  readonly thenBreak?: "error" | "stall";
  /** Runs before the first byte of the answer; may write signs of life. */
  readonly before?: (live: Live) => Promise<void>;
}

export interface Live {
  /** Resolves when the sign is handed to the system. */
  signOfLife(): Promise<void>;
}

export interface DialectServerOptions {
  readonly script: (question: Question) => Reply;
  /** Tokens its model accepts. */
  readonly contextTokens?: number;
  readonly tools?: boolean;
  readonly vision?: boolean;
}

export interface Exchange {
  readonly body: Json;
  readonly received: Received;
  refusal: Refusal | null;
  /** The client left before the answer was complete. */
  aborted: boolean;
  /** It was longer than the model accepts, and its start was silently cut off. */
  cut: boolean;
}

export interface DialectServer extends AsyncDisposable {
  /** The address that Reef uses. */
  readonly baseUrl: string;
  readonly exchanges: readonly Exchange[];
  /** Returns briefly what the dialect refused, the script's own refusals not included. */
  refusals(): string[];
}

interface Home {
  readonly dialect: Dialect;
  readonly options: DialectServerOptions;
  readonly exchanges: Exchange[];
  readonly minted: Minted;
}

export async function startDialectServer(dialect: Dialect, options: DialectServerOptions): Promise<DialectServer> {
  const home: Home = { dialect, options, exchanges: [], minted: new Map() };
  const server = createServer((request, response) => {
    serve(home, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, body: { error: { message: `the double failed: ${String(error)}` } } });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${dialect.base}`,
    exchanges: home.exchanges,
    refusals: () =>
      home.exchanges.flatMap(({ refusal }) =>
        refusal === null ? [] : [`${refusal.status} ${JSON.stringify(refusal.body).slice(0, 600)}`],
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(home: Home, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { dialect, options } = home;
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (Object.hasOwn(dialect.pages, url.pathname)) {
    return refuse(response, { status: 200, body: dialect.pages[url.pathname] });
  }
  if (request.method !== "POST" || !dialect.paths.includes(url.pathname)) {
    return refuse(response, { status: 404, body: { error: { message: `no ${request.method} ${url.pathname} here` } } });
  }
  const body = object(JSON.parse(await readText(request)));
  const vision = options.vision ?? dialect.images.sees;
  const asked: Asked = { body, url, headers: request.headers, minted: home.minted, vision };
  const received = dialect.read(body);
  const exchange: Exchange = { body, received, refusal: null, aborted: false, cut: false };
  home.exchanges.push(exchange);
  response.once("close", () => {
    exchange.aborted = !response.writableFinished;
  });
  exchange.refusal =
    dialect.authorize(asked) ?? tooLong(home, exchange) ?? noTools(home, received) ?? dialect.check(asked);
  if (exchange.refusal !== null) return refuse(response, exchange.refusal);
  const question = toQuestion(received, home.exchanges.length);
  const reply = options.script(question);
  if (reply.instead) return refuse(response, reply.instead);
  await play({ home, asked, response, reply, question });
}

function tooLong({ dialect, options }: Home, exchange: Exchange): Refusal | null {
  if (options.contextTokens === undefined) return null;
  const { messages, input, system, tools } = exchange.body;
  const tokens = Math.ceil(JSON.stringify([messages, input, system, tools]).length / 4);
  if (tokens <= options.contextTokens) return null;
  const refusal = dialect.tooLong(tokens, options.contextTokens);
  exchange.cut = refusal === null;
  return refusal;
}

function noTools({ dialect, options }: Home, { tools }: Received): Refusal | null {
  const { noTools: said } = dialect;
  return options.tools === false && tools.length > 0 && !isNever(said) ? said : null;
}

function toQuestion(received: Received, n: number): Question {
  const { messages } = received;
  const at = messages.findLastIndex(({ role }) => role === "user");
  const results = messages.slice(at + 1).flatMap(({ role, text }) => (role === "tool" ? [text] : []));
  return { ...received, n, results, lastUser: messages[at]?.text ?? "" };
}

interface Playing {
  readonly home: Home;
  readonly asked: Asked;
  readonly response: ServerResponse;
  readonly reply: Reply;
  readonly question: Question;
}

async function play({ home, asked, response, reply, question }: Playing): Promise<void> {
  const { dialect } = home;
  const { n } = question;
  const { text = "", reasoning = "", calls = [] } = reply;
  const answer: Answer = {
    n,
    id: `answer-${n}`,
    model: dialect.model,
    pieces: text === "" ? [] : fragments(text, 4),
    reasoning,
    calls: calls.map((call, at) => ({ ...call, callId: dialect.callId(n * 10 + at, call.name) })),
    tokens: { input: 100, cached: 0, output: 10, ...reply.tokens },
  };
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.flushHeaders();
  const write = (frame: string) => new Promise<void>((resolve) => response.write(frame, () => resolve()));
  await reply.before?.({
    signOfLife: () => (dialect.signOfLife === null ? Promise.resolve() : write(dialect.signOfLife)),
  });
  const { head, text: words, tail } = dialect.frames(answer, asked);
  const half = reply.thenBreak === undefined ? words.length : Math.ceil(words.length / 2);
  for (const frame of [...head, ...words.slice(0, half)]) await write(frame);
  if (reply.thenBreak === "stall") return;
  response.end(reply.thenBreak === "error" ? dialect.streamError : tail.join(""));
}

function refuse(response: ServerResponse, { status, body, headers = {} }: Refusal): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
