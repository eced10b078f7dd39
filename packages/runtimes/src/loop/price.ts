/**
 * Computes a call's cost: the provider's stated price, else tokens times the price that people set. An unknown price is
 * never guessed: the cost is then left out, and shown as unknown.
 */
import type { JSONObject } from "@ai-sdk/provider";
import type { ModelPrice } from "@reef/protocol/provider";
import type { ModelAnswer } from "./model-answer.ts";
import type { ModelSettings } from "./settings.ts";

type PriceSettings = Pick<ModelSettings, "prices" | "providers" | "listedPrices">;

export interface KnownPrice {
  readonly price: ModelPrice;
  readonly source: "settings" | "provider";
}

export function priceOf(settings: PriceSettings, providerName: string, modelId: string): ModelPrice | null {
  return knownPriceOf(settings, providerName, modelId)?.price ?? null;
}

/** What people set wins, the most specific first; then what the provider lists. */
export function knownPriceOf(settings: PriceSettings, providerName: string, modelId: string): KnownPrice | null {
  const { prices = {}, providers, listedPrices = {} } = settings;
  const fullName = `${providerName}/${modelId}`;
  const ownPrices = (Object.hasOwn(providers, providerName) ? providers[providerName]?.prices : undefined) ?? {};
  const set =
    findIn(prices, fullName) ?? findIn(prices, modelId) ?? findIn(ownPrices, modelId) ?? findIn(ownPrices, "*");
  if (set !== undefined) return { price: set, source: "settings" };
  const listed = findIn(listedPrices, fullName);
  return listed === undefined ? null : { price: listed, source: "provider" };
}

function findIn(prices: Readonly<Record<string, ModelPrice>>, name: string): ModelPrice | undefined {
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

/** Returns US dollars; undefined when unknown. `answer` has the token counts that are shown. */
export function costOf(
  price: ModelPrice | null,
  answer: Pick<ModelAnswer, "cachedInputTokens" | "statedCostUsd"> & {
    readonly inputTokens: number;
    readonly outputTokens: number;
  },
): number | undefined {
  if (answer.statedCostUsd !== null) return answer.statedCostUsd;
  if (price === null) return undefined;
  const cached = Math.min(answer.cachedInputTokens ?? 0, answer.inputTokens);
  const perMillion =
    (answer.inputTokens - cached) * price.input +
    cached * (price.cachedInput ?? price.input) +
    answer.outputTokens * price.output;
  return perMillion / 1e6;
}

/** Returns the cost beside the counts of a step; nothing when unknown. */
export function costOfAnswer(
  price: ModelPrice | null,
  answer: Parameters<typeof costOf>[1],
): { readonly costUsd?: number } {
  const costUsd = costOf(price, answer);
  return costUsd === undefined ? {} : { costUsd };
}

/** Reads `usage.cost` of an answer, in US dollars, as OpenRouter and compatible servers give it. */
export function statedCost(raw: JSONObject | undefined): number | null {
  const cost = raw?.cost;
  return typeof cost === "number" && Number.isFinite(cost) && cost >= 0 ? cost : null;
}
