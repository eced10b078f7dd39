/**
 * From a bot's `model` to a language model. Ids may hold slashes of their own (`openrouter/meta/llama`), so only the
 * name of a configured provider is split off. Provider packages cost 24 MB and 50 ms each, so each is loaded by the
 * first call that needs it. We drive the providers of the AI SDK directly: its `streamText` would parse and check tool
 * calls, retry and collect on its own, and those decisions belong to the turn.
 */

import type { LanguageModelV4 } from "@ai-sdk/provider";
import { RuntimeFailure } from "@reef/engine/port/runtime";
import type { ModelPrice } from "@reef/protocol/provider";
import { priceOf } from "./price.ts";
import { defaultBaseUrl, type ModelName, type ModelSettings, type ProviderSettings } from "./settings.ts";

export interface ModelChoice {
  readonly providerName: string;
  readonly provider: ProviderSettings;
  readonly modelId: string;
  /** Tokens the model takes, as far as we know. */
  readonly contextTokens: number;
  /** Null when nobody told it. */
  readonly price: ModelPrice | null;
}

/** What a bot's `model` names; null is the server's default. */
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
  return {
    providerName,
    provider,
    modelId,
    contextTokens: contextTokensOf(settings, provider, modelId),
    price: priceOf(settings, providerName, modelId),
  };
}

/** `provider/model`; without the name of a provider before the first slash, a model of the default one. */
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

// Where a model takes more than 200,000 tokens we still stop there: every step sends the window again, so a longer one
// costs and slows each of them. A bot that wants it sets its own limit.
const contextTable: readonly (readonly [RegExp, number])[] = [
  [/claude|gpt-4\.1|gpt-5|gemini|grok|\bo[134]\b|kimi/i, 200_000],
  [/gpt-4o|gpt-4-turbo|deepseek|qwen|llama-?(3\.[123]|4)|mistral|glm|command/i, 128_000],
  [/gpt-3\.5/i, 16_000],
];
const unknownContextTokens = 32_000;
/** Ollama cuts a longer prompt at its start without a word, so we stay below what it is usually run with. */
const ollamaContextTokens = 8_000;

function contextTokensOf(settings: ModelSettings, provider: ProviderSettings, modelId: string): number {
  const own = settings.contextTokens;
  if (own && Object.hasOwn(own, modelId)) return own[modelId] ?? unknownContextTokens;
  if (provider.kind === "ollama") return ollamaContextTokens;
  return contextTable.find(([pattern]) => pattern.test(modelId))?.[1] ?? unknownContextTokens;
}

export async function loadModel({ provider, providerName, modelId }: ModelChoice): Promise<LanguageModelV4> {
  switch (provider.kind) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic({ apiKey: provider.apiKey ?? "", baseURL: baseUrlOf(provider) })(modelId);
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ apiKey: provider.apiKey ?? "", baseURL: baseUrlOf(provider) })(modelId);
    }
    default: {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const { apiKey, headers } = provider;
      return createOpenAICompatible({
        name: providerName,
        baseURL: baseUrlOf(provider),
        includeUsage: true,
        ...(apiKey !== undefined && { apiKey }),
        ...(headers !== undefined && { headers }),
      })(modelId);
    }
  }
}

export function baseUrlOf({ kind, baseUrl }: ProviderSettings): string {
  const url = (baseUrl ?? defaultBaseUrl[kind] ?? "").replace(/\/+$/, "");
  return kind === "ollama" && !url.endsWith("/v1") ? `${url}/v1` : url;
}

/** What must never stand in a message, log or error. */
export function secretsOf(provider: ProviderSettings): readonly string[] {
  const key = provider.apiKey === undefined ? [] : [provider.apiKey];
  const headers = Object.values(provider.headers ?? {});
  return [...key, ...headers].filter((secret) => secret.length >= 4);
}
