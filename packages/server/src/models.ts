/**
 * Which runtimes there are, and what a bot without one gets: `loop` when a model is configured or an Ollama server is
 * found, else `demo`. The search for Ollama goes on behind the start, so that nobody waits for it.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Runtime } from "@reef/engine/port/runtime";
import type { RuntimeName } from "@reef/protocol/bot";
import { createDemoRuntime } from "@reef/runtimes/demo/demo-runtime";
import { createLoopRuntime } from "@reef/runtimes/loop/loop-runtime";
import { findOllamaModel } from "@reef/runtimes/loop/models";
import {
  defaultModelByKind,
  fixedModels,
  type ModelSettings,
  type ProviderSettings,
} from "@reef/runtimes/loop/settings";
import type { Gateways } from "@reef/runtimes/openclaw/connection";
import { createOpenClawRuntime } from "@reef/runtimes/openclaw/openclaw-runtime";
import type { Config } from "./config.ts";
import type { ServerLog } from "./observe/log.ts";

/** Nobody waits for it, and one that wakes up takes its time. */
const ollamaPatienceMs = 5_000;

export interface Runtimes {
  readonly byName: ReadonlyMap<RuntimeName, Runtime>;
  defaults(): { readonly runtime: RuntimeName; readonly model: string | null };
}

export function createRuntimes(options: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly gateways: Gateways;
}): Runtimes {
  const { config, clock, log, gateways } = options;
  const byName = new Map<RuntimeName, Runtime>([
    ["demo", createDemoRuntime({ clock })],
    ["openclaw", createOpenClawRuntime({ gateways, clock, log })],
  ]);
  let model: string | null = null;

  function use(models: ModelSettings): void {
    byName.set("loop", createLoopRuntime({ models: fixedModels(models), clock, log }));
    model = models.defaultModel;
  }

  const configured = toModelSettings(config);
  if (configured !== null) use(configured);
  else if (config.ollamaUrl !== "off") {
    void findOllamaModel({ baseUrl: config.ollamaUrl, timeoutMs: ollamaPatienceMs }).then((found) => {
      if (found === null) return;
      const model = config.model ?? found;
      log.info({ model }, "found an Ollama server; new bots use it");
      use(ollamaSettings(config, model));
    });
  }
  return { byName, defaults: () => ({ runtime: model === null ? "demo" : "loop", model }) };
}

/** What the configuration sets up; null when it names no model at all. */
export function toModelSettings(config: Config): ModelSettings | null {
  const providers: Record<string, ProviderSettings> = { ...config.providers };
  if (config.openaiApiKey !== undefined) providers.openai ??= { kind: "openai", apiKey: config.openaiApiKey };
  if (config.anthropicApiKey !== undefined) {
    providers.anthropic ??= { kind: "anthropic", apiKey: config.anthropicApiKey };
  }
  if (config.modelBaseUrl !== undefined) {
    const key = config.modelApiKey === undefined ? {} : { apiKey: config.modelApiKey };
    providers.default = { kind: "openai-compatible", baseUrl: config.modelBaseUrl, ...key };
  }
  const defaultProvider = chooseDefault(config, providers);
  const provider = defaultProvider === undefined ? undefined : providers[defaultProvider];
  if (defaultProvider === undefined || provider === undefined) return null;
  const ownModel =
    provider.kind === "anthropic" || provider.kind === "openai" ? defaultModelByKind[provider.kind] : undefined;
  const defaultModel = config.model ?? ownModel;
  if (defaultModel === undefined) return null;
  const own = config.modelPrice === undefined ? {} : { [`${defaultProvider}/${defaultModel}`]: config.modelPrice };
  const prices = { ...config.prices, ...own };
  return { providers, defaultProvider, defaultModel, contextTokens: config.contextTokens, prices };
}

function chooseDefault(config: Config, providers: Readonly<Record<string, ProviderSettings>>): string | undefined {
  if (config.modelBaseUrl !== undefined) return "default";
  if ("anthropic" in providers) return "anthropic";
  return "openai" in providers ? "openai" : Object.keys(providers)[0];
}

function ollamaSettings(config: Config, model: string): ModelSettings {
  return {
    providers: { ...config.providers, ollama: { kind: "ollama", baseUrl: config.ollamaUrl } },
    defaultProvider: "ollama",
    defaultModel: model,
    contextTokens: config.contextTokens,
    // A model on one's own machine costs nothing by the token.
    prices: { [`ollama/${model}`]: { input: 0, output: 0 }, ...config.prices },
  };
}
