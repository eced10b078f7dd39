/** Reads what the server's settings say of models: their providers, and the model that bots without one get. */

import { splitName } from "@reef/runtimes/loop/models";
import { defaultModelByKind, type ModelName, type ProviderSettings } from "@reef/runtimes/loop/settings";
import type { Config } from "../config.ts";

export type SettingsSource = "environment" | "file";

export interface ConfiguredProvider {
  readonly name: string;
  readonly settings: ProviderSettings;
  readonly source: SettingsSource;
}

/** The first provider's model is the default for bots. */
export function configuredProviders(config: Config): readonly ConfiguredProvider[] {
  const { modelBaseUrl, modelApiKey, openaiApiKey, anthropicApiKey } = config;
  const byName = new Map<string, ConfiguredProvider>();
  const add = (name: string, settings: ProviderSettings, source: SettingsSource) => {
    if (!byName.has(name)) byName.set(name, { name, settings, source });
  };
  if (modelBaseUrl !== undefined) {
    const key = modelApiKey === undefined ? {} : { apiKey: modelApiKey };
    add("default", { kind: "openai-compatible", baseUrl: modelBaseUrl, ...key }, sourceOf(config, "modelBaseUrl"));
  }
  // A provider of this name in the file has more settings than the key alone.
  for (const [name, kind, apiKey, field] of [
    ["anthropic", "anthropic", anthropicApiKey, "anthropicApiKey"],
    ["openai", "openai", openaiApiKey, "openaiApiKey"],
  ] as const) {
    const own = Object.hasOwn(config.providers, name) ? config.providers[name] : undefined;
    if (own !== undefined) add(name, own, "file");
    else if (apiKey !== undefined) add(name, { kind, apiKey }, sourceOf(config, field));
  }
  for (const [name, settings] of Object.entries(config.providers)) add(name, settings, "file");
  return [...byName.values()];
}

/** Returns null when the settings name no model, and their first provider's kind has no default one. */
export function configuredChat(
  config: Config,
  providers: readonly ConfiguredProvider[],
): (ModelName & { readonly source: SettingsSource }) | null {
  const [first] = providers;
  if (first === undefined) return null;
  if (config.model !== undefined && config.model !== "") {
    const known = Object.fromEntries(providers.map(({ name, settings }) => [name, settings]));
    const named = splitName({ providers: known, defaultProvider: first.name }, config.model);
    return { ...named, source: sourceOf(config, "model") };
  }
  const { kind } = first.settings;
  if (kind !== "anthropic" && kind !== "openai") return null;
  return { providerName: first.name, modelId: defaultModelByKind[kind], source: first.source };
}

export function sourceOf(config: Config, field: keyof Config): SettingsSource {
  return config.fromVariables.includes(field) ? "environment" : "file";
}
