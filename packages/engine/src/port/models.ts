/**
 * What is kept of models: providers, the secrets that hold their keys, and which model does which work. A secret's value is
 * sealed before it comes here; the store never sees it, and gives the sealed text to no list and no event (SE8).
 */
import type { ProviderId } from "@reef/protocol/ids";
import type { ModelDefaults } from "@reef/protocol/model";
import type { ProviderRecord } from "@reef/protocol/provider";
import type { SecretRecord } from "@reef/protocol/secret";

export type ModelOp =
  /** Creates or replaces it. Its last use is forgotten with the value. */
  | {
      readonly op: "secret.put";
      readonly name: string;
      readonly sealed: string;
      /** Where it may go; null until it is used. */
      readonly origin: string | null;
    }
  /** Notes that it went to `origin`, which it belongs to from now on unless it has an origin. Nothing when there is no such secret. */
  | { readonly op: "secret.used"; readonly name: string; readonly origin: string }
  /** `conflict` while a provider or a gateway uses it. */
  | { readonly op: "secret.delete"; readonly name: string }
  /**
   * Creates or replaces it. `conflict` when another provider has its name, whatever the case of letters; when its secret is not
   * there; and when the secret belongs to another origin, or another provider or gateway takes it to one (SE8). A secret
   * without an origin belongs to this provider's from now on.
   */
  | { readonly op: "provider.put"; readonly provider: Omit<ProviderRecord, "createdAt" | "updatedAt"> }
  | { readonly op: "provider.delete"; readonly id: ProviderId }
  | { readonly op: "models.put"; readonly defaults: ModelDefaults };

/** Both of one moment: a new value may be for another address than the one it replaced. */
export interface SealedSecret {
  readonly record: SecretRecord;
  readonly sealed: string;
}

export interface ModelQueries {
  /** In the order they were made. */
  providers(): Promise<readonly ProviderRecord[]>;
  /** By name. */
  secrets(): Promise<readonly SecretRecord[]>;
  /** For whoever can open them: the server alone. */
  sealedSecrets(): Promise<readonly SealedSecret[]>;
  /** All null before the first `models.put`. */
  modelDefaults(): Promise<ModelDefaults>;
}

export const noModelDefaults: ModelDefaults = { chat: null, consolidation: null, embedding: null, vision: null };
