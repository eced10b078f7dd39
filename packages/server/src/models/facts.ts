/**
 * Tells what a model can do, for the calls of a turn: what its provider lists, overridden by what its answers have
 * shown.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { ListedModel } from "@reef/runtimes/loop/provider/list/listed-model";
import type { ModelFacts, ModelName, ModelSource } from "@reef/runtimes/loop/settings";
import type { KnownProvider } from "./known.ts";
import type { Lists } from "./lists.ts";

export interface Facts {
  readonly get: ModelSource["facts"];
  readonly learn: ModelSource["learn"];
  /** What its answers have shown; empty when nothing. */
  learned(name: ModelName): Partial<ModelFacts>;
  /** Called after a provider changed: its answers may now show something else. */
  forgetAll(): void;
}

/** A call waits this long for a provider's first list. */
const patienceMs = 2_000;
const maxLearned = 1_000;
/** A server that loads a model with a smaller context than it supports may cut a longer prompt silently. */
const elasticTokens = 8_000;
const unknown: ModelFacts = { contextTokens: null, maxOutputTokens: null, tools: null, vision: null, reasoning: null };

export function createFacts(parts: {
  readonly clock: Clock;
  readonly lists: Lists;
  find(name: string): KnownProvider | null;
}): Facts {
  const { clock, lists, find } = parts;
  const learned = new Map<string, Partial<ModelFacts>>();
  const keyOf = ({ providerName, modelId }: ModelName) => `${providerName}/${modelId}`;

  async function listed({ providerName, modelId }: ModelName): Promise<ListedModel | null> {
    const provider = find(providerName);
    if (provider === null) return null;
    const { name, settings } = provider;
    const listing = lists.last(name, settings) ?? (await orNull(lists.get(name, settings), clock));
    return listing?.models.find(({ id }) => id === modelId || id === `${modelId}:latest`) ?? null;
  }

  return {
    async get(name) {
      const model = await listed(name).catch(() => null);
      const own = learned.get(keyOf(name));
      return model === null && own === undefined ? null : { ...toFacts(model), ...own };
    },
    learn(name, facts) {
      const key = keyOf(name);
      if (!learned.has(key) && learned.size >= maxLearned) return;
      learned.set(key, { ...learned.get(key), ...facts });
    },
    learned: (name) => learned.get(keyOf(name)) ?? {},
    forgetAll: () => learned.clear(),
  };
}

async function orNull<Value>(value: Promise<Value>, clock: Clock): Promise<Value | null> {
  const timer = new AbortController();
  const late = clock.sleep(patienceMs, timer.signal).then(() => null);
  const first = await Promise.race([value, late]);
  timer.abort();
  return first;
}

function toFacts(model: ListedModel | null): ModelFacts {
  if (model === null) return unknown;
  const { abilities, contextTokens, runningTokens, isElastic, maxOutputTokens } = model;
  const isSure = !isElastic || (contextTokens !== null && contextTokens <= elasticTokens);
  return {
    contextTokens: runningTokens ?? (isSure ? contextTokens : null),
    maxOutputTokens,
    tools: abilities.tools,
    vision: abilities.vision,
    reasoning: abilities.reasoning,
  };
}
