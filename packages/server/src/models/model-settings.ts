/** Builds one snapshot of all settings, as the loop runtime takes it. */
import type { ModelDefaults } from "@reef/protocol/model";
import type { ModelPrice } from "@reef/protocol/provider";
import type { ModelName, ModelSettings } from "@reef/runtimes/loop/settings";
import type { Config } from "../config.ts";
import { type KnownProvider, unusableReason } from "./known.ts";
import type { Lists } from "./lists.ts";

/** Returns null without a model for bots that name none. */
export function toModelSettings(parts: {
  readonly config: Config;
  readonly known: readonly KnownProvider[];
  readonly chat: ModelName | null;
  readonly stored: ModelDefaults;
  readonly lists: Pick<Lists, "peek">;
}): ModelSettings | null {
  const { config, known, chat, stored, lists } = parts;
  if (chat === null) return null;
  const usable = known.filter((provider) => unusableReason(provider) === null);
  const named = `${chat.providerName}/${config.model ?? chat.modelId}`;
  const ownPrice = config.modelPrice === undefined ? {} : { [named]: config.modelPrice };
  return {
    providers: Object.fromEntries(usable.map(({ name, settings }) => [name, settings])),
    unusable: Object.fromEntries(
      known.flatMap((provider) => {
        const reason = unusableReason(provider);
        return reason === null ? [] : [[provider.name, reason] as const];
      }),
    ),
    defaultProvider: chat.providerName,
    defaultModel: chat.modelId,
    ...(stored.consolidation === null ? {} : { consolidationModel: stored.consolidation }),
    ...(stored.vision === null ? {} : { visionModel: stored.vision }),
    ...(stored.fallback === null ? {} : { fallbackModel: stored.fallback }),
    contextTokens: config.contextTokens,
    prices: { ...config.prices, ...ownPrice },
    listedPrices: Object.fromEntries(usable.flatMap((provider) => listedPrices(provider, lists))),
  };
}

function listedPrices(
  { name, settings }: KnownProvider,
  lists: Pick<Lists, "peek">,
): (readonly [string, ModelPrice])[] {
  const models = lists.peek(name, settings)?.models ?? [];
  return models.flatMap(({ id, price }) => (price === null ? [] : [[`${name}/${id}`, price] as const]));
}
