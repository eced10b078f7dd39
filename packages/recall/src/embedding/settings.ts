/**
 * Declares the settings of the model that gives memories their vectors. Keys are here and nowhere else in this package.
 */
import { isMetadataHost } from "@reef/protocol/metadata-address";
import { z } from "zod";

/** Without a name and password: addresses are shown to people, and a secret in one would be too. */
export const EmbeddingUrl = z
  .url({ protocol: /^https?$/, error: "expected an http(s) address such as http://127.0.0.1:8080/v1" })
  .refine((url) => !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""), {
    error: "expected an address without a name and password",
  })
  .refine((url) => !URL.canParse(url) || !isMetadataHost(new URL(url).hostname), {
    error: "link-local addresses are refused: cloud machines serve their keys there, and no model server does",
  });

const common = {
  model: z.string().min(1),
  /** How much similar meaning counts beside words. */
  weight: z.number().min(0).max(10),
  /** Put before a question and before a memory: some models need to know which is which. */
  questionPrefix: z.string().max(1_000).optional(),
  memoryPrefix: z.string().max(1_000).optional(),
};

export const EmbeddingSettings = z.discriminatedUnion("kind", [
  /** Any server with OpenAI's `/embeddings`; `baseUrl` ends before that. */
  z.strictObject({
    kind: z.literal("openai"),
    baseUrl: EmbeddingUrl,
    apiKey: z.string().min(1).optional(),
    dimensions: z.int().min(8).max(8_192).optional(),
    ...common,
  }),
  /** `baseUrl` is Ollama's own, without `/v1`. */
  z.strictObject({ kind: z.literal("ollama"), baseUrl: EmbeddingUrl, ...common }),
  /** No model: parts of words, counted. Finds other forms and spellings of a word, and knows no meaning. */
  z.strictObject({ kind: z.literal("word-parts"), weight: common.weight }),
]);
export type EmbeddingSettings = z.infer<typeof EmbeddingSettings>;
export type EmbeddingKind = EmbeddingSettings["kind"];

/**
 * The default weight of similarity. In measurements, weak models gained a point or two with a small weight and lost
 * with a large one; a strong one tolerates more.
 */
export const defaultWeightByKind: Readonly<Record<EmbeddingKind, number>> = {
  openai: 0.8,
  ollama: 0.8,
  "word-parts": 0.4,
};
