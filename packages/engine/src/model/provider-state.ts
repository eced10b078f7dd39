/** Holds the providers, secrets and models by use of the in-memory store. */
import type { ProviderId } from "@reef/protocol/ids";
import type { ModelDefaults } from "@reef/protocol/model";
import type { ProviderRecord } from "@reef/protocol/provider";
import type { SecretRecord } from "@reef/protocol/secret";
import { noModelDefaults } from "../port/models.ts";

export interface ProviderState {
  readonly providers: Map<ProviderId, ProviderRecord>;
  readonly secrets: Map<string, { readonly record: SecretRecord; readonly sealed: string }>;
  defaults: ModelDefaults;
}

export function emptyModels(): ProviderState {
  return { providers: new Map(), secrets: new Map(), defaults: noModelDefaults };
}

export function copyModels({ providers, secrets, defaults }: ProviderState): ProviderState {
  return { providers: new Map(providers), secrets: new Map(secrets), defaults };
}
