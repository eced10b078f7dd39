/**
 * Keeps the server's current models: providers with their keys opened, the models they offer, and which model does
 * which work. A committed change applies before its request is answered; a running call keeps the snapshot it began
 * with.
 */
import type { Clock } from "@reef/engine/port/clock";
import { noModelDefaults } from "@reef/engine/port/models";
import type { Store } from "@reef/engine/port/store";
import type { RuntimeName } from "@reef/protocol/bot";
import type { ModelDefaults, ModelDefaultsInUse, ModelInUse } from "@reef/protocol/model";
import type { ProviderRecord } from "@reef/protocol/provider";
import type { EmbeddingSettings } from "@reef/recall/embedding/settings";
import { splitName } from "@reef/runtimes/loop/models";
import { addressOf } from "@reef/runtimes/loop/provider/address";
import { chooseChatModel } from "@reef/runtimes/loop/provider/list/choose-model";
import {
  defaultModelByKind,
  type ModelFacts,
  type ModelName,
  type ModelSettings,
  type ModelSource,
} from "@reef/runtimes/loop/settings";
import type { Config } from "../config.ts";
import { toEmbeddingSettings } from "../embedding.ts";
import type { ServerLog } from "../observe/log.ts";
import { configuredChat, configuredProviders, sourceOf } from "./configured.ts";
import { embeddingOf } from "./embedding-default.ts";
import { createFacts } from "./facts.ts";
import { type KnownProvider, knownProviders, type OpenedSecret, type Sources, unusableReason } from "./known.ts";
import { createLists, type Listing } from "./lists.ts";
import { toModelSettings } from "./model-settings.ts";
import { createUses } from "./uses.ts";
import type { Vault } from "./vault.ts";

export interface Models extends ModelSource, Disposable {
  known(): readonly KnownProvider[];
  /** Finds a provider by id or by name. */
  find(idOrName: string): KnownProvider | null;
  secret(name: string): OpenedSecret | null;
  /** Reads the store again. Resolves when calls see it and a model was chosen if there was none, or after 2 s. */
  refresh(): Promise<void>;
  /** What the answers of a model have shown; empty when nothing. */
  learned(name: ModelName): Partial<ModelFacts>;
  /**
   * Resolves when every change committed before applies: a client that reads after a change's event sees the change.
   */
  settled(): Promise<void>;
  /** Returns what it offers; for one that cannot be used, why. */
  listing(provider: KnownProvider, options?: { readonly isFresh?: boolean }): Promise<Listing>;
  defaults(): ModelDefaultsInUse;
  /** The runtime and the model of a new bot. */
  ofNewBot(): { readonly runtime: RuntimeName; readonly model: string | null };
  /** The current source of memories' vectors; null when only words are compared. */
  embedding(): EmbeddingSettings | null;
  /** Looks for a local server again. */
  lookAround(): Promise<void>;
}

export interface ModelsParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly vault: Vault;
}

type Chat = ModelName & { readonly source: ModelInUse["source"] };

interface State {
  records: readonly ProviderRecord[];
  secrets: ReadonlyMap<string, OpenedSecret>;
  stored: ModelDefaults;
  found: Sources["found"];
  /** The automatic choice, when people chose none. */
  automatic: ModelName | null;
  known: readonly KnownProvider[];
  settings: ModelSettings | null;
}

/** A local server that answers this fast is known before the first turn goes on. */
const firstLookMs = 500;
const choosingMs = 2_000;

/** Resolves when the store was read and local servers had time to answer. */
export async function openModels(parts: ModelsParts): Promise<Models> {
  const { config, store, clock, log, vault } = parts;
  const configured = configuredProviders(config);
  const fromSettings = configuredChat(config, configured);
  const ended = new AbortController();
  const state: State = {
    records: [],
    secrets: new Map(),
    stored: noModelDefaults,
    found: [],
    automatic: null,
    known: [],
    settings: null,
  };
  const find = (idOrName: string) =>
    state.known.find(({ record, name }) => record?.id === idOrName || name === idOrName) ??
    state.known.find(({ name }) => name.toLowerCase() === idOrName.toLowerCase()) ??
    null;
  const changedAt = (secret: string) => state.secrets.get(secret)?.record.updatedAt ?? "";
  const uses = createUses({ store, clock, log, find, changedAt });
  const lists = createLists({ clock, onListed: () => rebuild(), onAsk: (name) => uses.note(name) });
  const facts = createFacts({ clock, lists, find });

  function chatInUse(): Chat | null {
    const { stored, automatic } = state;
    if (stored.chat !== null) {
      const known = Object.fromEntries(state.known.map(({ name, settings }) => [name, settings]));
      const defaultProvider = fromSettings?.providerName ?? state.known[0]?.name ?? "";
      return { ...splitName({ providers: known, defaultProvider }, stored.chat), source: "person" };
    }
    return fromSettings ?? (automatic === null ? null : { ...automatic, source: "automatic" });
  }

  /** Keeps the same object as long as nothing in it changed. */
  function rebuild(): void {
    state.known = knownProviders({ ...state, configured });
    const settings = toModelSettings({ config, known: state.known, chat: chatInUse(), stored: state.stored, lists });
    if (JSON.stringify(settings) !== JSON.stringify(state.settings)) state.settings = settings;
  }

  async function readStore(): Promise<void> {
    const [records, secrets, stored] = await Promise.all([
      store.read.providers(),
      store.read.sealedSecrets(),
      store.read.modelDefaults(),
    ]);
    const opened = await Promise.all(
      secrets.map(async ({ record, sealed }) => {
        const value = await vault.open(record.name, sealed);
        return [record.name, { record, value }] as const;
      }),
    );
    if (JSON.stringify(records) !== JSON.stringify(state.records)) facts.forgetAll();
    Object.assign(state, { records, secrets: new Map(opened), stored });
    rebuild();
  }

  /** Reads one after another: a slow earlier read must not overwrite a later one. */
  let reading: Promise<void> = Promise.resolve();
  function takeOver(): Promise<void> {
    const next = reading.then(readStore, readStore);
    reading = next.catch(() => undefined);
    return next;
  }

  const listing: Models["listing"] = async (provider, options) => {
    const problem = unusableReason(provider);
    if (problem !== null) return { models: [], problem: `It cannot be used: ${problem}.` };
    return lists.get(provider.name, provider.settings, options);
  };

  async function chooseAutomatic(): Promise<void> {
    if (state.stored.chat !== null || fromSettings !== null) return;
    const usable = state.known.filter((provider) => unusableReason(provider) === null);
    if (usable.some(({ name }) => name === state.automatic?.providerName)) return;
    let chosen: ModelName | null = null;
    for (const provider of usable) {
      chosen = await chooseOf(provider);
      if (chosen !== null) break;
    }
    if (ended.signal.aborted) return;
    state.automatic = chosen;
    rebuild();
    if (chosen !== null) log.info({ provider: chosen.providerName, model: chosen.modelId }, "chose the default model");
  }

  async function chooseOf(provider: KnownProvider): Promise<ModelName | null> {
    const { name: providerName, settings } = provider;
    const { models } = await listing(provider);
    // A model that the settings name without a provider belongs to the provider that is found.
    const wanted = config.model === undefined || config.model === "" ? undefined : config.model;
    const { kind } = settings;
    const usual = kind === "openai" || kind === "anthropic" ? defaultModelByKind[kind] : undefined;
    const modelId = wanted ?? chooseChatModel(kind, models)?.id ?? usual;
    return modelId === undefined ? null : { providerName, modelId };
  }

  async function lookAround(): Promise<void> {
    if (config.ollamaUrl === "off" || state.found.length > 0) return;
    const settings = { kind: "ollama" as const, baseUrl: config.ollamaUrl };
    const { origin } = new URL(addressOf(settings).baseUrl);
    const isKnown = state.known.some((each) => each.name === "ollama" || originOfSettings(each) === origin);
    if (isKnown) return;
    const { models, problem } = await lists.get("ollama", settings, { isFresh: true });
    if (problem !== null || models.length === 0 || ended.signal.aborted) return;
    state.found = [{ name: "ollama", settings }];
    log.info({ models: models.length }, "found an Ollama server");
    rebuild();
    await chooseAutomatic();
  }

  const within = (work: Promise<void>, ms: number) => {
    const timer = new AbortController();
    const done = work
      .catch((error: unknown) => log.warn({ error }, "no model could be chosen"))
      .then(() => timer.abort());
    return Promise.race([done, clock.sleep(ms, AbortSignal.any([timer.signal, ended.signal]))]);
  };

  await takeOver();
  await within(
    lookAround().then(() => chooseAutomatic()),
    firstLookMs,
  );
  const readAgain = () => {
    takeOver().catch((error: unknown) => log.error({ error }, "providers could not be read"));
  };
  const unsubscribe = store.onEvents((events) => {
    // Another worker changed them; own changes are read again too, which changes nothing.
    if (events.some(({ type }) => /^(provider|secret|models)\./.test(type))) readAgain();
  });
  const stopGaps = store.onGap(readAgain);

  return {
    settings: () => state.settings,
    facts: facts.get,
    learn: facts.learn,
    learned: facts.learned,
    noteUse: uses.note,
    known: () => state.known,
    find,
    secret: (name) => state.secrets.get(name) ?? null,
    settled: () => reading,
    async refresh() {
      await takeOver();
      await within(chooseAutomatic(), choosingMs);
    },
    listing,
    defaults: () => toDefaultsInUse({ config, stored: state.stored, chat: chatInUse() }),
    ofNewBot() {
      const chat = state.settings === null ? null : chatInUse();
      return { runtime: chat === null ? "demo" : "loop", model: chat?.modelId ?? null };
    },
    embedding: () => embeddingOf({ config, stored: state.stored, find }),
    lookAround,
    [Symbol.dispose]() {
      ended.abort();
      unsubscribe();
      stopGaps();
      lists[Symbol.dispose]();
    },
  };
}

function originOfSettings({ settings }: KnownProvider): string {
  const address = addressOf(settings).baseUrl;
  return URL.canParse(address) ? new URL(address).origin : "";
}

function toDefaultsInUse(parts: {
  readonly config: Config;
  readonly stored: ModelDefaults;
  readonly chat: Chat | null;
}): ModelDefaultsInUse {
  const { config, stored, chat } = parts;
  const byPerson = (model: string | null): ModelInUse | null => (model === null ? null : { model, source: "person" });
  const embedding = toEmbeddingSettings(config);
  const ofSettings: ModelInUse | null =
    embedding === null
      ? null
      : {
          model: embedding.kind === "word-parts" ? embedding.kind : `${embedding.kind}/${embedding.model}`,
          source: sourceOf(config, config.embeddingModel === undefined ? "embeddingProvider" : "embeddingModel"),
        };
  return {
    ...stored,
    inUse: {
      chat: chat === null ? null : { model: `${chat.providerName}/${chat.modelId}`, source: chat.source },
      consolidation: byPerson(stored.consolidation),
      embedding: byPerson(stored.embedding) ?? ofSettings,
      vision: byPerson(stored.vision),
      fallback: byPerson(stored.fallback),
    },
  };
}
