/** Which models a server can reach, as its configuration says it. Keys live here and nowhere else in this package. */
import { z } from "zod";

const Key = z.string().min(1);
const Url = z.url({ protocol: /^https?$/ });

export const ProviderSettings = z.discriminatedUnion("kind", [
  /** Any server that speaks OpenAI's chat completions; `baseUrl` ends before `/chat/completions`. */
  z.strictObject({
    kind: z.literal("openai-compatible"),
    baseUrl: Url,
    apiKey: Key.optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal("anthropic"), apiKey: Key, baseUrl: Url.optional() }),
  z.strictObject({ kind: z.literal("openai"), apiKey: Key, baseUrl: Url.optional() }),
  /** `baseUrl` is Ollama's own, without `/v1`. */
  z.strictObject({ kind: z.literal("ollama"), baseUrl: Url.optional() }),
]);
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** US dollars for a million tokens. */
export const ModelPrice = z.strictObject({
  input: z.number().min(0),
  output: z.number().min(0),
  /** Input that the provider had kept from an earlier call; as `input` when left out. */
  cachedInput: z.number().min(0).optional(),
});
export type ModelPrice = z.infer<typeof ModelPrice>;

export const ModelSettings = z.strictObject({
  /** Provider settings by the name that stands before the slash in a bot's `model`. */
  providers: z.record(z.string().min(1), ProviderSettings),
  /** Name of the provider of bare model ids. */
  defaultProvider: z.string().min(1),
  /** Model id of bots that name none. */
  defaultModel: z.string().min(1),
  /** Tokens a model takes, by model id, where our table is wrong or silent. */
  contextTokens: z.record(z.string(), z.int().min(1000)).optional(),
  /** By `provider/model`, or by model id for any provider. */
  prices: z.record(z.string(), ModelPrice).optional(),
});
export type ModelSettings = z.infer<typeof ModelSettings>;

/** The model a provider is used with when only its key is given. */
export const defaultModelByKind = { anthropic: "claude-sonnet-4-5", openai: "gpt-5.1" } as const;
