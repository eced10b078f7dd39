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
import type { Fetch } from "./provider/wire/wire-fetch.ts";
import { defaultBaseUrl, type ModelSettings, type ProviderSettings } from "./settings.ts";

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
  const { providerName, modelId } = splitName(settings, name ?? settings.defaultModel);
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

function splitName(settings: ModelSettings, name: string): Pick<ModelChoice, "providerName" | "modelId"> {
  const slash = name.indexOf("/");
  const prefix = name.slice(0, Math.max(0, slash));
  const isProvider = slash > 0 && Object.hasOwn(settings.providers, prefix);
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

/** The model over this `fetch`, made anew for each attempt; only the package is loaded once. */
export async function loadModel(choice: ModelChoice, fetch: Fetch): Promise<LanguageModelV4> {
  const { provider, providerName, modelId } = choice;
  const baseURL = baseUrlOf(provider);
  const { apiKey = "" } = provider;
  const headers = provider.headers ?? {};
  try {
    switch (provider.kind) {
      case "anthropic": {
        const { createAnthropic } = await import("@ai-sdk/anthropic");
        return createAnthropic({ apiKey, baseURL, headers, fetch })(modelId);
      }
      case "openai": {
        const { createOpenAI } = await import("@ai-sdk/openai");
        return createOpenAI({ apiKey, baseURL, headers, fetch })(modelId);
      }
      default: {
        const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
        const key = apiKey === "" ? {} : { apiKey };
        return createOpenAICompatible({ name: providerName, baseURL, headers, fetch, includeUsage: true, ...key })(
          modelId,
        );
      }
    }
  } catch (cause) {
    const message = `the package of provider "${providerName}" could not be loaded`;
    throw new RuntimeFailure(message, { retry: false, cause });
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

const ollamaUrl = "http://127.0.0.1:11434";

/**
 * Id of the model that an Ollama server has run or fetched last; null when no server answers within `timeoutMs` or it
 * has no model. Never rejects.
 */
export async function findOllamaModel({
  baseUrl = ollamaUrl,
  timeoutMs = 300,
}: {
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
} = {}): Promise<string | null> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/$/, "")}/api/tags`, { signal: AbortSignal.timeout(timeoutMs) });
    const body = (await response.json()) as { readonly models?: readonly { readonly name?: unknown }[] };
    const name = body.models?.[0]?.name;
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null; // nobody listens there: the usual case
  }
}
