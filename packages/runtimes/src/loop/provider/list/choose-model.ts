/** Chooses which of a provider's models a bot uses when no one has chosen one. */
import type { ProviderKind } from "@reef/protocol/provider";
import { defaultModelByKind } from "../../settings.ts";
import type { ListedModel } from "./listed-model.ts";

/** The models that most people would choose, best first. */
const favourites: Readonly<Partial<Record<ProviderKind, readonly RegExp[]>>> = {
  anthropic: [new RegExp(`^${defaultModelByKind.anthropic}`), /sonnet/],
  openai: [new RegExp(`^${defaultModelByKind.openai}$`), /^gpt-5/, /^gpt-4\.1$/, /^gpt-4o$/],
  gemini: [/^gemini-[\d.]+-flash$/, /flash/],
  openrouter: [/^openrouter\/auto$/],
  deepseek: [/^deepseek-chat$/],
  moonshot: [/^kimi-k2/, /^kimi-latest$/],
  mistral: [/^mistral-large-latest$/, /^mistral-medium-latest$/],
  groq: [/gpt-oss-120b/, /llama-3\.3-70b/],
  xai: [/^grok-4/, /^grok-3$/],
};

/**
 * Chooses a model that can talk: those with tools first, then those for which it is unknown, then those without; loaded
 * before unloaded; else in the provider's order. Returns null when none can: a model that makes vectors is never
 * chosen.
 */
export function chooseChatModel(kind: ProviderKind, models: readonly ListedModel[]): ListedModel | null {
  const talking = models.filter(({ abilities }) => abilities.chat !== false && abilities.embedding !== true);
  const favourite = (favourites[kind] ?? [])
    .map((pattern) => talking.find(({ id }) => pattern.test(id)))
    .find((model) => model !== undefined);
  return favourite ?? talking.toSorted((a, b) => rankOf(b) - rankOf(a))[0] ?? null;
}

function rankOf({ abilities, isLoaded }: ListedModel): number {
  const tools = abilities.tools === true ? 4 : abilities.tools === null ? 2 : 0;
  return tools + (abilities.chat === true ? 1 : 0) + (isLoaded ? 0.5 : 0);
}
