/** Describes a model in a few letters: how much it takes, what it costs, what it can do. Unknown facts are left out. */
import type { Model } from "@reef/protocol/model";
import type { ModelPrice } from "@reef/protocol/provider";

/** Formats `128k`, `1M`, `1.05M`, `900`; null when unknown. */
export function contextLabel(tokens: number | null): string | null {
  if (tokens === null || !Number.isFinite(tokens) || tokens <= 0) return null;
  if (tokens < 1_000) return String(tokens);
  if (tokens < 999_500) return `${thousands(tokens)}k`;
  return `${Number((tokens / 1_000_000).toFixed(2))}M`;
}

/**
 * Sizes such as 131,072 are powers of two that people call 128k; a size of both kinds (128,000) counts as the round
 * one.
 */
function thousands(tokens: number): number {
  const isBinary = tokens % 1024 === 0 && tokens % 1000 !== 0;
  return Math.round(tokens / (isBinary ? 1024 : 1000));
}

/** Formats `$3 / $15 per M`, input and output; `free`; null when unknown. */
export function priceLabel(price: ModelPrice | null): string | null {
  if (price === null) return null;
  if (price.input === 0 && price.output === 0) return "free";
  return `${dollars(price.input)} / ${dollars(price.output)} per M`;
}

/** Formats `$3`, `$0.15`, `$2.50`, `$0.0008`, as providers write their prices. */
function dollars(usd: number): string {
  if (usd === 0 || Number.isInteger(usd)) return `$${usd}`;
  return `$${usd < 0.1 ? Number(usd.toPrecision(2)) : usd.toFixed(2)}`;
}

/** Says what it means to name no model. */
export function serverDefaultWords(serverModel: string | null | undefined): string {
  if (serverModel === undefined) return "Server default";
  return serverModel === null ? "Server default (none set up yet)" : `Server default (currently ${serverModel})`;
}

export type Ability = "tools" | "vision" | "reasoning";

export const wordsByAbility: Readonly<Record<Ability, string>> = {
  tools: "tools",
  vision: "sees images",
  reasoning: "reasoning",
};

const abilities: readonly Ability[] = ["tools", "vision", "reasoning"];

/** Lists what its server says it can do. */
export function abilitiesOf(model: Pick<Model, "abilities">): readonly Ability[] {
  return abilities.filter((ability) => model.abilities[ability] === true);
}

/** True when its server says that it takes no tools, without which a bot can only talk. */
export function isWithoutTools(model: Pick<Model, "abilities">): boolean {
  return model.abilities.tools === false;
}

/** One line for people who hear it instead of seeing it. */
export function modelSentence(model: Model): string {
  const context = contextLabel(model.contextTokens);
  return [
    model.name === model.model ? model.model : `${model.name}, ${model.model}`,
    model.provider,
    ...abilitiesOf(model).map((ability) => wordsByAbility[ability]),
    ...(isWithoutTools(model) ? ["no tools"] : []),
    ...(context ? [`${context} context`] : []),
    ...(priceLabel(model.price) ? [priceLabel(model.price)] : []),
  ].join(", ");
}

/** Says what it means to choose no fallback; `model` is the server's. */
export function serverFallbackWords(model: string | null): string {
  return model === null ? "None: turns wait for their model" : `Server fallback (currently ${model})`;
}
