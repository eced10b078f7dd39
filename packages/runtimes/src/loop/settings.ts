/**
 * Declares which models a server can reach: what its configuration and its people say of them. Keys are here and
 * nowhere else in this package.
 */
import { ModelPrice, ProfileOverrides, ProviderKind } from "@reef/protocol/provider";
import { z } from "zod";
import { dialects } from "./provider/dialects/all.ts";

const Key = z.string().min(1);
const Url = z.url({ protocol: /^https?$/ });
const patience = z.int().min(1_000).max(3_600_000);

export const ProviderSettings = z
  .strictObject({
    kind: ProviderKind,
    /** The address of requests, before `/chat/completions`; by default the kind's own. Ollama's may omit `/v1`. */
    baseUrl: Url.optional(),
    apiKey: Key.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /**
     * How long to wait for the first byte of an answer, and how long an answer may then be silent, in milliseconds
     * (PR4).
     */
    firstTokenMs: patience.optional(),
    betweenTokensMs: patience.optional(),
    overrides: ProfileOverrides.optional(),
    /** By model id; `*` for every other model of it. */
    prices: z.record(z.string(), ModelPrice).optional(),
  })
  .refine(({ kind, baseUrl }) => baseUrl !== undefined || dialects[kind].baseUrl !== null, {
    path: ["baseUrl"],
    error: "expected an address, because this kind of provider has none of its own",
  });
export type ProviderSettings = z.infer<typeof ProviderSettings>;

export interface ModelSettings {
  /** By the name before the slash in a bot's `model`. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** Name of the provider of bare model ids. */
  readonly defaultProvider: string;
  /** Model id of bots that name none, at that provider, without the provider's name. */
  readonly defaultModel: string;
  /** `provider/model` for other work; by default the bot's own, or none. */
  readonly consolidationModel?: string | undefined;
  readonly visionModel?: string | undefined;
  /** Answers while a bot's own model is away, unless the bot names another (TU9). */
  readonly fallbackModel?: string | undefined;
  /** Tokens a model accepts, by model id, where our table is wrong or has none. */
  readonly contextTokens?: Readonly<Record<string, number>> | undefined;
  /** By `provider/model`, or by model id for any provider. */
  readonly prices?: Readonly<Record<string, ModelPrice>> | undefined;
  /** By `provider/model`, as providers list them: what people set wins. */
  readonly listedPrices?: Readonly<Record<string, ModelPrice>> | undefined;
  /** By provider name: why it cannot be used, in words for people, such as a key that cannot be decrypted. */
  readonly unusable?: Readonly<Record<string, string>> | undefined;
}

/** What a model can do; null when no one stated it. */
export interface ModelFacts {
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly tools: boolean | null;
  readonly vision: boolean | null;
  readonly reasoning: boolean | null;
}

export interface ModelName {
  readonly providerName: string;
  readonly modelId: string;
}

/**
 * Returns the current models: people change them while turns run. A call takes one snapshot and keeps it to its end.
 * None of these throws.
 */
export interface ModelSource {
  /** Null when no model is set up. The same object until something changes. */
  settings(): ModelSettings | null;
  /**
   * Returns what the provider's list of models says; asked once, then kept. Answers within two seconds, with null when
   * it says nothing.
   */
  facts(name: ModelName): Promise<ModelFacts | null>;
  /** Called when a provider's answer showed it. */
  learn(name: ModelName, facts: Partial<ModelFacts>): void;
  /** Called when a request with the provider's key was sent. */
  noteUse(providerName: string): void;
}

/** For tests, and where nothing changes. */
export function fixedModels(settings: ModelSettings | null): ModelSource {
  const learned = new Map<string, Partial<ModelFacts>>();
  const unknown = { contextTokens: null, maxOutputTokens: null, tools: null, vision: null, reasoning: null };
  const keyOf = ({ providerName, modelId }: ModelName) => `${providerName}/${modelId}`;
  return {
    settings: () => settings,
    facts: async (name) => {
      const facts = learned.get(keyOf(name));
      return facts === undefined ? null : { ...unknown, ...facts };
    },
    learn: (name, facts) => void learned.set(keyOf(name), { ...learned.get(keyOf(name)), ...facts }),
    noteUse: () => undefined,
  };
}

/** The model of a provider for which only a key was given. */
export const defaultModelByKind = { anthropic: "claude-sonnet-4-5", openai: "gpt-5.1" } as const;
