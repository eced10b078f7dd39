/**
 * Runs a model server of which the test sets every byte: for what real servers send that no protocol allows. It keeps
 * its requests, and whether the client left before the answer ended.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RawRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RawAnswer {
  readonly status?: number;
  /** Content type is `text/event-stream` by default. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Written one after the other, each in its own packet where the network keeps them apart. */
  readonly pieces?: readonly (string | Uint8Array)[];
  /** `close` by default. `hold`: the connection stays open. `cut`: it is broken off. */
  readonly end?: "close" | "hold" | "cut";
}

export type RawScript = (request: RawRequest, n: number) => RawAnswer | Promise<RawAnswer>;

export interface RawServer extends AsyncDisposable {
  /** With `/v1`. */
  readonly url: string;
  readonly requests: readonly RawRequest[];
  /** Answers that the client left before their end. */
  readonly left: number;
  /** Writes to the newest answer that is held. */
  write(text: string): void;
}

export async function startRawServer(script: RawScript): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const state: { left: number; held: ServerResponse | null } = { left: 0, held: null };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const body = text === "" ? {} : (JSON.parse(text) as RawRequest["body"]);
    const asked = { path: request.url ?? "", headers: request.headers, body };
    requests.push(asked);
    response.once("close", () => {
      if (!response.writableFinished) state.left += 1;
    });
    await play(response, await script(asked, requests.length), state);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    get left() {
      return state.left;
    },
    write: (piece) => void state.held?.write(piece),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function play(
  response: ServerResponse,
  { status = 200, headers = {}, pieces = [], end = "close" }: RawAnswer,
  state: { held: ServerResponse | null },
): Promise<void> {
  response.writeHead(status, { "content-type": "text/event-stream", ...headers });
  response.flushHeaders();
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (end === "close") response.end();
  else if (end === "cut") setImmediate(() => response.socket?.destroy());
  else state.held = response;
}

/** Returns server-sent events of these values, and `[DONE]`. */
export function events(...values: readonly unknown[]): string[] {
  return [...values.map((value) => `data: ${JSON.stringify(value)}\n\n`), "data: [DONE]\n\n"];
}

/** Returns one chunk of chat completions. */
export function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more };
}
