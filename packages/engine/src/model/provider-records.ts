/** Keeps providers, secrets and the models by use in the in-memory store. */

import { AppError, assertNever } from "@reef/protocol/error";
import type { SecretRecord } from "@reef/protocol/secret";
import type { ModelOp, ModelQueries } from "../port/models.ts";
import {
  assertProviderNameIsFree,
  assertSecretFits,
  assertSecretIsFree,
  type SecretUser,
  secretUsers,
} from "../provider/origin.ts";
import type { ProviderState } from "./provider-state.ts";
import type { ModelWork } from "./state.ts";

export function applyModelOp(work: ModelWork, op: ModelOp): void {
  const { models } = work.state;
  const { at, events } = work;
  const changeSecret = (record: SecretRecord, sealed: string) => {
    models.secrets.set(record.name, { record, sealed });
    events.push({ type: "secret.changed", secret: record });
  };
  switch (op.op) {
    case "secret.put": {
      const createdAt = models.secrets.get(op.name)?.record.createdAt ?? at;
      changeSecret({ name: op.name, origin: op.origin, createdAt, updatedAt: at, lastUsedAt: null }, op.sealed);
      return;
    }
    case "secret.used": {
      const found = models.secrets.get(op.name);
      if (found === undefined) return;
      changeSecret({ ...found.record, origin: found.record.origin ?? op.origin, lastUsedAt: at }, found.sealed);
      return;
    }
    case "secret.delete":
      if (!models.secrets.has(op.name)) throw new AppError("not_found", `there is no secret named “${op.name}”`);
      assertSecretIsFree(op.name, usersOf(work));
      models.secrets.delete(op.name);
      events.push({ type: "secret.deleted", name: op.name });
      return;
    case "provider.put": {
      const { provider } = op;
      assertProviderNameIsFree(
        provider,
        [...models.providers.values()].filter(({ id }) => id !== provider.id),
      );
      for (const user of secretUsers({ providers: [provider] })) bindSecret(work, user);
      const createdAt = models.providers.get(provider.id)?.createdAt ?? at;
      const record = { ...provider, createdAt, updatedAt: at };
      models.providers.set(provider.id, record);
      events.push({ type: "provider.changed", provider: record });
      return;
    }
    case "provider.delete":
      if (!models.providers.delete(op.id)) throw new AppError("not_found", `no provider has the id ${op.id}`);
      events.push({ type: "provider.deleted", providerId: op.id });
      return;
    case "models.put":
      models.defaults = op.defaults;
      events.push({ type: "models.changed", defaults: op.defaults });
      return;
    default:
      assertNever(op);
  }
}

/** Binds a secret without an address to its user's. Throws `conflict` if it belongs to another one (SE8). */
export function bindSecret(work: ModelWork, user: SecretUser): void {
  const { secrets } = work.state.models;
  const secret = secrets.get(user.secret);
  assertSecretFits(user, usersOf(work), secret?.record);
  if (secret === undefined || secret.record.origin !== null) return;
  const record = { ...secret.record, origin: user.origin };
  secrets.set(record.name, { ...secret, record });
  work.events.push({ type: "secret.changed", secret: record });
}

function usersOf({ state }: ModelWork): readonly SecretUser[] {
  const { models, gateways, mcpServers } = state;
  return secretUsers({
    providers: [...models.providers.values()],
    gateways: [...gateways.values()],
    mcpServers: [...mcpServers.values()],
  });
}

export function modelQueries(current: () => { readonly models: ProviderState }): ModelQueries {
  return {
    providers: async () => [...current().models.providers.values()],
    secrets: async () =>
      [...current().models.secrets.values()]
        .map(({ record }) => record)
        .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
    sealedSecrets: async () => [...current().models.secrets.values()],
    modelDefaults: async () => current().models.defaults,
  };
}
