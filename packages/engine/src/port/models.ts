/**
 * Defines how a store keeps providers, the secrets that hold their keys, and the model for each use. A secret's value
 * arrives sealed: the store never sees it, and includes the sealed text in no list and no event (SE8).
 */
import type { ProviderId } from "@reef/protocol/ids";
import type { ModelDefaults } from "@reef/protocol/model";
import type { ProviderRecord } from "@reef/protocol/provider";
import type { SecretRecord } from "@reef/protocol/secret";

export type ModelOp =
  /** Creates or replaces the secret. A new value clears its last use. */
  | {
      readonly op: "secret.put";
      readonly name: string;
      readonly sealed: string;
      /** The origin it may be sent to; null until it is used. */
      readonly origin: string | null;
    }
  /**
   * Records that the secret was sent to `origin`, which becomes its origin if it has none. Does nothing if there is no
   * such secret.
   */
  | { readonly op: "secret.used"; readonly name: string; readonly origin: string }
  /** Throws `conflict` while a provider or a gateway uses the secret. */
  | { readonly op: "secret.delete"; readonly name: string }
  /**
   * Creates or replaces the provider. Throws `conflict` if another provider has its name in any letter case, if its
   * secret does not exist, or if the secret belongs to another origin or is used there by another provider or gateway
   * (SE8). A secret without an origin belongs to this provider's from now on.
   */
  | { readonly op: "provider.put"; readonly provider: Omit<ProviderRecord, "createdAt" | "updatedAt"> }
  | { readonly op: "provider.delete"; readonly id: ProviderId }
  | { readonly op: "models.put"; readonly defaults: ModelDefaults };

/** Both are read together, since a new value may be for another address than the one it replaced. */
export interface SealedSecret {
  readonly record: SecretRecord;
  readonly sealed: string;
}

export interface ModelQueries {
  /** In order of creation. */
  providers(): Promise<readonly ProviderRecord[]>;
  /** By name. */
  secrets(): Promise<readonly SecretRecord[]>;
  /** Only for the server, which alone can open them. */
  sealedSecrets(): Promise<readonly SealedSecret[]>;
  /** All null before the first `models.put`. */
  modelDefaults(): Promise<ModelDefaults>;
}

export const noModelDefaults: ModelDefaults = {
  chat: null,
  consolidation: null,
  embedding: null,
  vision: null,
  fallback: null,
};
