/** Chooses the source of memories' vectors: the model that people chose, else the one in the server's settings. */
import { AppError } from "@reef/protocol/error";
import type { ModelDefaults } from "@reef/protocol/model";
import type { ProviderKind } from "@reef/protocol/provider";
import { defaultWeightByKind, type EmbeddingSettings } from "@reef/recall/embedding/settings";
import { addressOf } from "@reef/runtimes/loop/provider/address";
import type { Config } from "../config.ts";
import { toEmbeddingSettings } from "../embedding.ts";
import { type KnownProvider, unusableReason } from "./known.ts";

/** Kinds without an endpoint for vectors that Reef supports. */
const without: readonly ProviderKind[] = ["anthropic", "azure", "groq", "xai", "deepseek", "moonshot"];

export function embeddingOf(parts: {
  readonly config: Config;
  readonly stored: ModelDefaults;
  find(name: string): KnownProvider | null;
}): EmbeddingSettings | null {
  const { config, stored, find } = parts;
  if (stored.embedding === null) return toEmbeddingSettings(config);
  const slash = stored.embedding.indexOf("/");
  const provider = find(stored.embedding.slice(0, slash));
  if (provider === null || unusableReason(provider) !== null) return null;
  const { settings } = provider;
  const model = stored.embedding.slice(slash + 1);
  const address = addressOf(settings).baseUrl;
  if (settings.kind === "ollama") {
    return { kind: "ollama", baseUrl: address.replace(/\/v1$/, ""), model, weight: defaultWeightByKind.ollama };
  }
  return {
    kind: "openai",
    baseUrl: address,
    model,
    weight: defaultWeightByKind.openai,
    ...(settings.apiKey === undefined ? {} : { apiKey: settings.apiKey }),
  };
}

/** Throws `invalid_request` for a provider without vectors. */
export function assertMakesVectors({ name, settings }: KnownProvider): void {
  if (!without.includes(settings.kind)) return;
  throw new AppError("invalid_request", `the provider “${name}” has no models for vectors that Reef can use`, {
    fields: [{ path: "embedding", message: "expected a model of another provider" }],
  });
}
