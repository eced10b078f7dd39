/**
 * Keeps the model lists of providers for some minutes. An unreachable provider is asked again soon, and until then its
 * last list is used. Each provider gets one request at a time.
 */
import type { Clock } from "@reef/engine/port/clock";
import { listModels } from "@reef/runtimes/loop/provider/list/list-models";
import { type ListedModel, ListFailure } from "@reef/runtimes/loop/provider/list/listed-model";
import type { ProviderSettings } from "@reef/runtimes/loop/settings";

export interface Listing {
  readonly models: readonly ListedModel[];
  /** Why it could not be asked; null when it could. Then `models` is its last list, if any. */
  readonly problem: string | null;
}

export interface Lists {
  /** Returns a list of the last few minutes; with `isFresh`, asks again. Never rejects. */
  get(name: string, settings: ProviderSettings, options?: { readonly isFresh?: boolean }): Promise<Listing>;
  /**
   * Returns the last list immediately, and asks again in the background when it is old. Null before the first answer.
   */
  last(name: string, settings: ProviderSettings): Listing | null;
  /** Returns the last list, without asking. */
  peek(name: string, settings: ProviderSettings): Listing | null;
  /** Aborts the requests that are under way. */
  [Symbol.dispose](): void;
}

interface Kept {
  /** A different address, key or dialect has a different list. */
  readonly settings: string;
  readonly listing: Listing;
  readonly atMs: number;
}

const freshMs = 300_000;
/** On one's own machine models appear, disappear and are loaded while one looks. */
const freshLocalMs = 30_000;
const failedMs = 15_000;
const localKinds = new Set(["ollama", "lmstudio", "llamacpp", "vllm"]);

export function createLists(parts: {
  readonly clock: Clock;
  /** Called with a list that differs from the one before. */
  onListed(name: string): void;
  /** Called when a request is sent. */
  onAsk(name: string): void;
}): Lists {
  const { clock, onListed, onAsk } = parts;
  const kept = new Map<string, Kept>();
  const running = new Map<string, { readonly settings: string; readonly promise: Promise<Listing> }>();
  const ended = new AbortController();

  async function ask(name: string, settings: ProviderSettings, key: string): Promise<Listing> {
    const before = kept.get(name);
    const models = before?.settings === key ? before.listing.models : [];
    onAsk(name);
    const listing = await listModels(settings, { signal: ended.signal }).then(
      (found): Listing => ({ models: found, problem: null }),
      (error: unknown): Listing => ({
        models,
        problem: error instanceof ListFailure ? error.message : "The list of models could not be read.",
      }),
    );
    if (ended.signal.aborted) return listing;
    kept.set(name, { settings: key, listing, atMs: clock.now() });
    onListed(name);
    return listing;
  }

  function start(name: string, settings: ProviderSettings): Promise<Listing> {
    const key = JSON.stringify(settings);
    const already = running.get(name);
    if (already?.settings === key) return already.promise;
    const promise = ask(name, settings, key).finally(() => {
      if (running.get(name)?.promise === promise) running.delete(name);
    });
    running.set(name, { settings: key, promise });
    return promise;
  }

  function fresh(name: string, settings: ProviderSettings): Kept | null {
    const found = kept.get(name);
    if (found === undefined || found.settings !== JSON.stringify(settings)) return null;
    const usual = localKinds.has(settings.kind) ? freshLocalMs : freshMs;
    return clock.now() - found.atMs < (found.listing.problem === null ? usual : failedMs) ? found : null;
  }

  function peek(name: string, settings: ProviderSettings): Listing | null {
    const found = kept.get(name);
    return found?.settings === JSON.stringify(settings) ? found.listing : null;
  }

  return {
    async get(name, settings, { isFresh = false } = {}) {
      const found = isFresh ? null : fresh(name, settings);
      return found?.listing ?? (await start(name, settings));
    },
    last(name, settings) {
      if (fresh(name, settings) === null && !ended.signal.aborted) void start(name, settings);
      return peek(name, settings);
    },
    peek,
    [Symbol.dispose]: () => ended.abort(new Error("the server stops")),
  };
}
