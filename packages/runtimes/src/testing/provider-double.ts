/**
 * Simulates a model server on loopback that lists given models, in any dialect, and answers chats in OpenAI's: with
 * words, with a call of the first tool, or with a refusal. It requires its key where that dialect has it, and keeps its
 * requests.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Reply {
  readonly status?: number;
  /** Text is sent unchanged, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection stays open and silent. */
  readonly isSilent?: boolean;
}

export interface ProviderScript {
  /** By method and path with query, such as `GET /v1/models`; else by path without it. Anything else is 404. */
  readonly routes?: Readonly<Record<string, Reply | ((body: unknown) => Reply)>>;
  readonly key?: string;
  /** How its chat treats tools; words and tools by default. */
  readonly tools?: "used" | "ignored" | "refused";
  /** How its chat treats pictures; seen by default. */
  readonly pictures?: "seen" | "ignored";
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface ProviderDouble extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly asked: readonly Asked[];
  use(script: ProviderScript): void;
}

export async function startProviderDouble(first: ProviderScript = {}): Promise<ProviderDouble> {
  const state = { script: first };
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = "GET", url = "/", headers } = request;
      asked.push({ method, path: url, headers, body });
      const reply = replyTo(state.script, { method, path: url, headers, body });
      if (reply.isSilent === true) return;
      const isText = typeof reply.body === "string";
      response.writeHead(reply.status ?? 200, {
        "content-type": isText ? "text/plain" : "application/json",
        ...reply.headers,
      });
      response.end(isText ? reply.body : JSON.stringify(reply.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    use: (script) => {
      state.script = script;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? null : (JSON.parse(text) as unknown);
}

function replyTo(script: ProviderScript, { method, path, headers, body }: Asked): Reply {
  const { routes = {}, key } = script;
  const given = headers["x-api-key"] ?? headers["api-key"] ?? headers.authorization?.replace(/^Bearer /, "");
  if (key !== undefined && given !== key) {
    return { status: 401, body: { error: { message: `Incorrect API key provided: ${String(given)}`, type: "auth" } } };
  }
  const found = routes[`${method} ${path}`] ?? routes[`${method} ${path.split("?")[0]}`];
  if (found !== undefined) return typeof found === "function" ? found(body) : found;
  if (method === "POST" && path.endsWith("/chat/completions")) return chat(script, body);
  return { status: 404, body: { error: { message: `no route for ${path}` } } };
}

interface ChatBody {
  readonly model?: string;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

function chat({ tools = "used", pictures = "seen" }: ProviderScript, body: unknown): Reply {
  const { model, tools: given = [] } = body as ChatBody;
  if (given.length > 0 && tools === "refused") {
    return { status: 400, body: { error: { message: `${model} does not support tools`, type: "api_error" } } };
  }
  const call = {
    index: 0,
    id: "call_1",
    type: "function",
    function: { name: given[0]?.function.name, arguments: '{"number":7}' },
  };
  // None of a bot's own tools is meant to be called.
  const isTest = given.length === 1 && tools === "used";
  const isSeen = pictures === "seen" && JSON.stringify(body).includes("data:image/");
  const delta = isTest ? { tool_calls: [call] } : { content: isSeen ? "Red." : `hello from ${model}` };
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model, choices: [choice] })}\n\n`;
  const first = chunk({ index: 0, delta: { role: "assistant", ...delta }, finish_reason: null });
  const last = chunk({ index: 0, delta: {}, finish_reason: isTest ? "tool_calls" : "stop" });
  return { headers: { "content-type": "text/event-stream" }, body: `${first}${last}data: [DONE]\n\n` };
}
