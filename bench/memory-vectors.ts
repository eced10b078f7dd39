/**
 * Replaces an embedding model for peers that cannot run without one: each content word adds to four places of a vector,
 * chosen by its hash. Two texts are close when they share words.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { termsOf } from "@reef/recall/text/terms";

export const vectorSize = 512;
const placesOfWord = 4;

/** Returns a vector of length 1; all texts without content words get the same one. */
export function textToVector(text: string): readonly number[] {
  const vector = new Array<number>(vectorSize).fill(0);
  for (const term of new Set(termsOf(text))) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
    for (let i = 0; i < placesOfWord; i++) {
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      const place = (hash >>> 8) % vectorSize;
      vector[place] = (vector[place] ?? 0) + ((hash & 1) === 0 ? 1 : -1);
    }
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}

export function cosine(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

export interface EmbeddingServer extends AsyncDisposable {
  /** Ends in `/v1`. */
  readonly url: string;
}

/** Answers OpenAI's embedding call on loopback. */
export async function startEmbeddingServer(): Promise<EmbeddingServer> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { input, encoding_format } = JSON.parse(Buffer.concat(pieces).toString()) as EmbeddingRequest;
      const data = [input].flat().map((text, index) => {
        const vector = textToVector(text);
        const packed = Buffer.from(Float32Array.from(vector).buffer).toString("base64");
        return { object: "embedding", index, embedding: encoding_format === "base64" ? packed : vector };
      });
      response.setHeader("content-type", "application/json");
      const usage = { prompt_tokens: 1, total_tokens: 1 };
      response.end(JSON.stringify({ object: "list", model: "hashed-words", data, usage }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface EmbeddingRequest {
  readonly input: string | readonly string[];
  readonly encoding_format?: string;
}
