/** Lists the models of all providers as people see them, with prices, asking all providers in parallel. */
import type { Model, ModelFilter, ModelList } from "@reef/protocol/model";
import { knownPriceOf } from "@reef/runtimes/loop/price";
import { knownByName } from "@reef/runtimes/loop/provider/list/known-by-name";
import type { ListedModel } from "@reef/runtimes/loop/provider/list/listed-model";
import type { KnownProvider } from "./known.ts";
import type { Models } from "./open-models.ts";

/**
 * Returns them in the order of the providers, and of each one's own list. An unreachable provider is reported, and
 * delays no other.
 */
export async function readModelList(models: Models, filter: ModelFilter): Promise<ModelList> {
  const asked = models
    .known()
    .filter(
      ({ name, record }) => record?.enabled !== false && (filter.provider === undefined || name === filter.provider),
    );
  const listings = await Promise.all(
    asked.map(async (provider) => {
      const listing = await models.listing(provider, { isFresh: filter.refresh === true });
      return { provider, listing };
    }),
  );
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ id, name, abilities }: Model) => {
    const text = `${id} ${name}`.toLowerCase();
    return (
      (filter.ability === undefined || abilities[filter.ability] === true) && words.every((word) => text.includes(word))
    );
  };
  const all = listings.flatMap(({ provider, listing }) =>
    listing.models.map((model) => toModel(models, provider, model)),
  );
  return {
    items: all.filter(fits),
    next: null,
    problems: listings.flatMap(({ provider, listing }) =>
      listing.problem === null ? [] : [{ provider: provider.name, reason: listing.problem }],
    ),
  };
}

function toModel(models: Models, { name: provider, settings }: KnownProvider, model: ListedModel): Model {
  const all = models.settings();
  const prices = { prices: all?.prices, providers: { [provider]: settings }, listedPrices: {} };
  const set = knownPriceOf(prices, provider, model.id);
  const { contextTokens, maxOutputTokens } = settings.overrides ?? {};
  const learned = models.learned({ providerName: provider, modelId: model.id });
  return {
    id: `${provider}/${model.id}`,
    provider,
    kind: settings.kind,
    model: model.id,
    name: model.name,
    // What people set wins over what its answers showed, and that over its list.
    abilities: {
      ...model.abilities,
      tools: settings.overrides?.tools ?? learned.tools ?? model.abilities.tools,
      vision: settings.overrides?.vision ?? learned.vision ?? model.abilities.vision,
    },
    contextTokens:
      contextTokens ?? model.runningTokens ?? model.contextTokens ?? knownByName(model.id).contextTokens ?? null,
    maxOutputTokens: maxOutputTokens ?? model.maxOutputTokens,
    price: set?.price ?? model.price,
    priceSource: set === null ? (model.price === null ? null : "provider") : "settings",
  };
}
