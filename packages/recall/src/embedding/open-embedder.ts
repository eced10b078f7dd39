/** Opens an embedder for its settings: a server of OpenAI's dialect, Ollama, or the one without a model. */
import { type Embedder, EmbeddingFailure, type EmbeddingPurpose } from "@reef/engine/port/embedding";
import { z } from "zod";
import { callServer, passing, type SendHttp } from "./http.ts";
import type { EmbeddingSettings } from "./settings.ts";
import { createWordParts } from "./word-parts.ts";

/** The first call of a queue may find the model unloaded, and loading takes long. */
const timeoutMs = 60_000;
const maxTexts = 32;

type OpenAi = Extract<EmbeddingSettings, { kind: "openai" }>;
type Ollama = Extract<EmbeddingSettings, { kind: "ollama" }>;

/** Opens and calls nothing before the first `embed`. */
export function openEmbedder(settings: EmbeddingSettings, { send }: { readonly send: SendHttp }): Embedder {
  switch (settings.kind) {
    case "openai":
      return ofServer(settings, openAiCaller(settings, send));
    case "ollama":
      return ofServer(settings, ollamaCaller(settings, send));
    case "word-parts":
      return createWordParts(settings);
    default:
      return settings satisfies never;
  }
}

type Caller = (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;

function ofServer(settings: OpenAi | Ollama, call: Caller): Embedder {
  const { kind, model, weight, questionPrefix = "", memoryPrefix = "" } = settings;
  const size = kind === "openai" && settings.dimensions !== undefined ? `:${settings.dimensions}` : "";
  const prefix = memoryPrefix === "" ? "" : ` after “${memoryPrefix}”`;
  const prefixes: Readonly<Record<EmbeddingPurpose, string>> = { question: questionPrefix, memory: memoryPrefix };
  return {
    model: `${kind}:${model}${size}${prefix}`,
    weight,
    maxTexts,
    async embed(texts, { purpose, signal }) {
      const vectors = await call(
        texts.map((text) => prefixes[purpose] + text),
        signal,
      );
      assertUsable(vectors, texts.length);
      return vectors;
    },
  };
}

function assertUsable(vectors: readonly Float32Array[], count: number): void {
  if (vectors.length !== count) throw passing(`expected ${count} vectors, found ${vectors.length}`);
  const length = vectors[0]?.length ?? 0;
  const isUsable = (vector: Float32Array) => vector.length === length && vector.every(Number.isFinite);
  if (length === 0 || !vectors.every(isUsable)) throw passing("expected vectors of numbers, all of one length");
}

const Floats = z.array(z.number()).transform((values) => Float32Array.from(values));
const Packed = z.base64().transform((text) => {
  const bytes = Buffer.from(text, "base64");
  const floats = new Float32Array(Math.floor(bytes.length / 4));
  for (let i = 0; i < floats.length; i++) floats[i] = bytes.readFloatLE(i * 4);
  return floats;
});
const OpenAiAnswer = z.object({
  data: z.array(z.object({ index: z.int().optional(), embedding: z.union([Packed, Floats]) })),
});
const OllamaAnswer = z.object({ embeddings: z.array(Floats) });

function openAiCaller({ baseUrl, apiKey, model, dimensions }: OpenAi, send: SendHttp): Caller {
  const url = `${baseUrl.replace(/\/+$/, "")}/embeddings`;
  // Packed answers take a tenth of the time to read; a server that does not support them is asked for plain ones.
  const state = { isPacked: true };
  const ask = (input: readonly string[], signal: AbortSignal) =>
    callServer({
      send,
      url,
      apiKey,
      signal,
      timeoutMs,
      body: {
        model,
        input,
        ...(state.isPacked ? { encoding_format: "base64" } : {}),
        ...(dimensions === undefined ? {} : { dimensions }),
      },
    });
  return async (texts, signal) => {
    const answer = await ask(texts, signal).catch(async (error: unknown) => {
      if (!state.isPacked || !(error instanceof EmbeddingFailure) || error.kind !== "text") throw error;
      state.isPacked = false;
      return await ask(texts, signal).catch((again: unknown) => {
        // The packing was not the reason.
        if (again instanceof EmbeddingFailure && again.kind === "text") state.isPacked = true;
        throw again;
      });
    });
    const { data } = parse(OpenAiAnswer, answer);
    return data.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)).map(({ embedding }) => embedding);
  };
}

function ollamaCaller({ baseUrl, model }: Ollama, send: SendHttp): Caller {
  const url = `${baseUrl.replace(/\/+$/, "")}/api/embed`;
  return async (texts, signal) => {
    const body = { model, input: texts, truncate: true };
    return parse(OllamaAnswer, await callServer({ send, url, signal, timeoutMs, body })).embeddings;
  };
}

function parse<Answer>(schema: z.ZodType<Answer>, answer: unknown): Answer {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw passing("the embedding server answered in a form that was not expected");
}
