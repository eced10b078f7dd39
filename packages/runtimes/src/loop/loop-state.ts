/**
 * Keeps what the loop runtime knows while the server runs: its models, and for each what its answers taught. Without it
 * calls still work, but need more attempts.
 */
import type { Clock } from "@reef/engine/port/clock";
import { RuntimeFailure } from "@reef/engine/port/runtime";
import type { CallTimes, ModelManners } from "./model-call.ts";
import { baseUrlOf, type ModelChoice } from "./models.ts";
import type { ProfileCorrection } from "./provider/profile.ts";
import type { ModelSettings, ModelSource } from "./settings.ts";
import { createProviderShare, type ProviderShare } from "./share/provider-share.ts";

/** Models whose limits are kept: people may name any model, and each is one. */
const mostShares = 500;
const mostNames = 20;

export interface LoopLog {
  warn(object: Readonly<Record<string, unknown>>, message: string): void;
}

export interface Loop {
  readonly models: ModelSource;
  readonly clock: Clock;
  readonly log: LoopLog;
  readonly times: CallTimes;
  readonly memories: Map<string, ModelMemory>;
  readonly shares: Map<string, SharedModel>;
}

export interface SharedModel {
  /** The names by which bots call it: providers may share an address and a key. */
  readonly names: Set<string>;
  readonly share: ProviderShare;
}

export interface ModelMemory {
  /** What its server named as wrong with a request; applied on top of its profile (PR2). */
  correction: ProfileCorrection;
  /** The factor by which it counts more tokens than our estimate. */
  density: number;
  /** Room for a transcript, in tokens, after it refused one that should have fitted; null before. */
  learnedRoom: number | null;
  /** Tokens of the longest transcript that it has accepted. */
  taken: number;
  readonly manners: ModelManners;
}

/** Returns the settings at the start of a call. */
export function settingsOf({ models }: Pick<Loop, "models">): ModelSettings {
  const settings = models.settings();
  if (settings !== null) return settings;
  throw new RuntimeFailure("no model is set up: add a provider and choose a default model, then retry", {
    retry: false,
  });
}

/** Returns the memory for the model at its address: another server under the same name starts with an empty one. */
export function memoryOf({ memories }: Pick<Loop, "memories">, choice: ModelChoice): ModelMemory {
  const key = JSON.stringify([choice.provider.kind, baseUrlOf(choice.provider), choice.modelId]);
  const known = memories.get(key);
  if (known) return known;
  const memory: ModelMemory = {
    correction: {},
    density: 1,
    learnedRoom: null,
    taken: 0,
    manners: { startsInThought: false, bareEnds: 0, callsProperly: false },
  };
  memories.set(key, memory);
  return memory;
}

/** Returns what the bots that call the model with this key share of its limits. */
export function shareOf({ shares, clock }: Pick<Loop, "shares" | "clock">, choice: ModelChoice): ProviderShare {
  const { provider, modelId } = choice;
  const key = JSON.stringify([provider.kind, baseUrlOf(provider), provider.apiKey ?? null, modelId]);
  const known = shares.get(key);
  const shared = known ?? { names: new Set<string>(), share: createProviderShare(clock) };
  if (known === undefined) {
    shares.set(key, shared);
    const idle = [...shares].find(([, { share }]) => share.isIdle)?.[0];
    if (shares.size > mostShares && idle !== undefined) shares.delete(idle);
  }
  if (shared.names.size < mostNames) shared.names.add(modelKey(choice));
  return shared.share;
}

export function modelKey({ providerName, modelId }: ModelChoice): string {
  return `${providerName}/${modelId}`;
}
