/**
 * Starts a server of embeddings on loopback that answers by script, over real HTTP: POST /v1/embeddings (packed or
 * plain) and /api/embed. Its model knows the given concepts: words of one concept have the same direction, every other
 * word its own. It records its requests.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom } from "./speech.ts";

export interface EmbeddingScript {
  /** Every answer has this status in place of vectors. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** A call with a text that contains this is answered with 400. */
  readonly refuses?: string;
  /** A call that asks for packed answers is answered with 400. */
  readonly plainOnly?: boolean;
  /** The body that is sent in place of vectors. */
  readonly body?: string;
}

export interface EmbeddingRequest {
  readonly path: string;
  readonly model: string;
  readonly texts: readonly string[];
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface EmbeddingServer extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly requests: readonly EmbeddingRequest[];
  /** Returns all texts since the last reset, in order. */
  texts(): readonly string[];
  use(script: EmbeddingScript): void;
  reset(): void;
}

export interface EmbeddingServerOptions {
  readonly concepts: readonly (readonly string[])[];
  readonly apiKey?: string;
  /** By model name; 64 for others. */
  readonly dimensions?: Readonly<Record<string, number>>;
  /** The port, to replace an earlier server; 0, the default, takes a free one. */
  readonly port?: number;
}

export async function startEmbeddingServer(options: EmbeddingServerOptions): Promise<EmbeddingServer> {
  const requests: EmbeddingRequest[] = [];
  let script: EmbeddingScript = {};

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    const { authorization } = request.headers;
    const path = request.url ?? "";
    const texts = [body.input].flat().map(String);
    const model = String(body.model);
    requests.push({ path, model, texts, authorization, body });
    const { status, headers = {}, delayMs = 0, refuses, plainOnly = false } = script;
    if (delayMs > 0) await wait(delayMs);
    const send = (code: number, value: unknown) => {
      response.writeHead(code, { "content-type": "application/json", ...headers });
      response.end(typeof value === "string" ? value : JSON.stringify(value));
    };
    if (options.apiKey !== undefined && authorization !== `Bearer ${options.apiKey}`) {
      return send(401, { error: { message: `wrong key ${authorization}` } });
    }
    // Like many servers, it repeats what it was sent.
    if (status !== undefined) return send(status, { error: { message: `failed with ${authorization}` } });
    if (refuses !== undefined && texts.some((text) => text.includes(refuses))) return send(400, { error: "too long" });
    const isPacked = body.encoding_format === "base64";
    if (plainOnly && isPacked) return send(400, { error: "unknown encoding_format" });
    if (script.body !== undefined) return send(200, script.body);
    const size = options.dimensions?.[model] ?? 64;
    const vectors = texts.map((text) => conceptVector(text, { concepts: options.concepts, dimensions: size, model }));
    if (path === "/api/embed") return send(200, { embeddings: vectors });
    if (path !== "/v1/embeddings") return send(404, { error: "not here" });
    const data = vectors.map((vector, index) => ({ index, embedding: isPacked ? pack(vector) : vector }));
    // In any order: each vector says which it is.
    return send(200, { data: data.reverse() });
  }

  const http = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    texts: () => requests.flatMap(({ texts }) => texts),
    use: (next) => {
      script = next;
    },
    reset: () => void requests.splice(0),
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}

interface ConceptSpace {
  readonly concepts: readonly (readonly string[])[];
  readonly dimensions: number;
  readonly model: string;
}

/** Another model has other directions. */
export function conceptVector(text: string, { concepts, dimensions, model }: ConceptSpace): number[] {
  const sum = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const concept = concepts.findIndex((words) => words.includes(word));
    const name = concept < 0 ? `${model} word ${word}` : `${model} concept ${concept}`;
    const share = concept < 0 ? 0.3 : 1;
    const random = createRandom([...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7));
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + share * (random() - 0.5);
  }
  return sum;
}

function pack(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}
