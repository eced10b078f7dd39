/**
 * Resolves a bot's `model` to a language model. Ids may contain slashes (`openrouter/meta/llama`), so only the name of
 * a configured provider is split off. Provider packages cost 24 MB and 50 ms each, so each is loaded by the first call
 * that needs it. The AI SDK's providers are called directly: its `streamText` would parse and check tool calls, retry
 * and collect on its own, and the turn makes those decisions.
 */

import type { LanguageModelV4 } from "@ai-sdk/provider";
import { RuntimeFailure } from "@reef/engine/port/runtime";
import type { ModelPrice } from "@reef/protocol/provider";
import { priceOf } from "./price.ts";
import { addressOf } from "./provider/address.ts";
import { chooseProfile } from "./provider/choose-profile.ts";
import type { ProfileCorrection, ProviderProfile } from "./provider/profile.ts";
import type { Fetch } from "./provider/wire/wire-fetch.ts";
import type { ModelFacts, ModelName, ModelSettings, ProviderSettings } from "./settings.ts";

export interface ModelChoice {
  readonly providerName: string;
  readonly provider: ProviderSettings;
  readonly modelId: string;
  /** Tokens the model accepts, as far as known. */
  readonly contextTokens: number;
  /** True when that is more than a guess: then a bot's own limit cannot raise it. */
  readonly isContextKnown: boolean;
  /** Null when no one stated it. */
  readonly price: ModelPrice | null;
  readonly profile: ProviderProfile;
  /** What its provider's list says of it. */
  readonly listed: ProfileCorrection;
}

/** Resolves a bot's `model`; null is the server's default. */
export function chooseModel(settings: ModelSettings, name: string | null): ModelChoice {
  const { providerName, modelId } =
    name === null
      ? { providerName: settings.defaultProvider, modelId: settings.defaultModel }
      : splitName(settings, name);
  const { unusable = {} } = settings;
  if (Object.hasOwn(unusable, providerName)) {
    throw new RuntimeFailure(`the provider "${providerName}" cannot be used: ${unusable[providerName]}`, {
      retry: false,
    });
  }
  const provider = Object.hasOwn(settings.providers, providerName) ? settings.providers[providerName] : undefined;
  if (!provider) {
    const known = Object.keys(settings.providers).join(", ") || "none";
    throw new RuntimeFailure(
      `no model provider named "${providerName}" is configured (known: ${known}); set one up, or give the bot a model of a known one`,
      { retry: false },
    );
  }
  const { kind, overrides } = provider;
  const profile = chooseProfile({ kind, baseUrl: baseUrlOf(provider), modelId, overrides });
  const own = settings.contextTokens;
  const set = own && Object.hasOwn(own, modelId) ? own[modelId] : profile.contextTokens;
  return {
    providerName,
    provider,
    modelId,
    contextTokens: set ?? guessContextTokens(provider, modelId),
    isContextKnown: typeof set === "number",
    price: priceOf(settings, providerName, modelId),
    profile,
    listed: {},
  };
}

/** Adds what the provider's list says of the model, below what people set. */
export function withFacts(choice: ModelChoice, facts: ModelFacts | null): ModelChoice {
  if (facts === null) return choice;
  const { tools, vision, maxOutputTokens, contextTokens } = facts;
  const listed: ProfileCorrection = {
    ...(tools !== null && { tools }),
    ...(vision !== null && { vision }),
    ...(maxOutputTokens !== null && { maxOutputTokens }),
  };
  const isSaid = contextTokens !== null && contextTokens >= leastContextTokens && !choice.isContextKnown;
  return {
    ...withLearned({ ...choice, listed }, {}),
    contextTokens: isSaid ? Math.min(contextTokens, mostContextTokens) : choice.contextTokens,
    isContextKnown: isSaid || choice.isContextKnown,
  };
}

/** Adds what the model's answers taught, above everything else (PR2). */
export function withLearned(choice: ModelChoice, learned: ProfileCorrection): ModelChoice {
  const { provider, modelId, listed } = choice;
  const { kind, overrides } = provider;
  const profile = chooseProfile({ kind, baseUrl: baseUrlOf(provider), modelId, overrides, listed, learned });
  return { ...choice, profile };
}

/** Splits `provider/model`; without a provider's name before the first slash, it is a model of the default one. */
export function splitName(
  settings: Pick<ModelSettings, "providers" | "unusable" | "defaultProvider">,
  name: string,
): ModelName {
  const slash = name.indexOf("/");
  const prefix = name.slice(0, Math.max(0, slash));
  const { providers, unusable = {} } = settings;
  const isProvider = slash > 0 && (Object.hasOwn(providers, prefix) || Object.hasOwn(unusable, prefix));
  return isProvider
    ? { providerName: prefix, modelId: name.slice(slash + 1) }
    : { providerName: settings.defaultProvider, modelId: name };
}

// Where a model accepts more than 200,000 tokens we still stop there: every step sends the window again, so a longer
// one costs and slows each of them. A bot that wants it sets its own limit.
const mostContextTokens = 200_000;
/** A smaller number is not a window, whatever its source. */
const leastContextTokens = 512;
const contextTable: readonly (readonly [RegExp, number])[] = [
  [/claude|gpt-4\.1|gpt-5|gemini|grok|\bo[134]\b|kimi/i, mostContextTokens],
  [/gpt-4o|gpt-4-turbo|deepseek|qwen|llama-?(3\.[123]|4)|mistral|glm|command/i, 128_000],
  [/gpt-3\.5/i, 16_000],
];
const unknownContextTokens = 32_000;
/** Ollama silently cuts a longer prompt at its start, so we stay below its usual setting. */
const ollamaContextTokens = 8_000;

function guessContextTokens(provider: ProviderSettings, modelId: string): number {
  if (provider.kind === "ollama") return ollamaContextTokens;
  return contextTable.find(([pattern]) => pattern.test(modelId))?.[1] ?? unknownContextTokens;
}

/** Returns the model with this `fetch`, created for each attempt; only the package is loaded once. */
export async function loadModel(choice: ModelChoice, fetch: Fetch): Promise<LanguageModelV4> {
  const { provider, providerName, modelId, profile } = choice;
  const { apiKey = "" } = provider;
  const { baseUrl: baseURL, query } = addressOf(provider);
  const common = { baseURL, fetch, headers: { ...provider.headers } };
  try {
    switch (profile.wire) {
      case "anthropic": {
        const { createAnthropic } = await import("@ai-sdk/anthropic");
        return createAnthropic({ ...common, apiKey })(modelId);
      }
      case "responses": {
        const { createOpenAI } = await import("@ai-sdk/openai");
        return createOpenAI({ ...common, apiKey })(modelId);
      }
      case "chat": {
        const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
        const key = profile.auth === "bearer" ? { apiKey } : { headers: { ...common.headers, [profile.auth]: apiKey } };
        return createOpenAICompatible({
          ...common,
          name: providerName,
          includeUsage: true,
          ...(query !== null && { queryParams: { ...query } }),
          ...(apiKey !== "" && key),
        })(modelId);
      }
    }
  } catch (cause) {
    const message = `the package of provider "${providerName}" could not be loaded`;
    throw new RuntimeFailure(message, { retry: false, cause });
  }
}

/** Returns the address of requests, without the path of the request itself. */
export function baseUrlOf(provider: Pick<ProviderSettings, "kind" | "baseUrl">): string {
  return addressOf(provider).baseUrl;
}
