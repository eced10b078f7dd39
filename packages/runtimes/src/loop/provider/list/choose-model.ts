/** Which of a provider's models a bot talks with when nobody has chosen one. */
import type { ProviderKind } from "@reef/protocol/provider";
import { defaultModelByKind } from "../../settings.ts";
import type { ListedModel } from "./listed-model.ts";

/** What most people would take there, best first. */
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
 * One that can talk; with tools before one whose tools nobody told, before one without; loaded before asleep; else in the
 * provider's order. Null when none can: a model that makes vectors is never chosen.
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
