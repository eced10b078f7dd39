/**
 * Creates, changes and deletes providers and secrets. The store checks inside the transaction that they fit each other.
 */
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import type { ProviderId } from "@reef/protocol/ids";
import type { ModelDefaults, ModelDefaultsPatch } from "@reef/protocol/model";
import type { ProviderPatch, ProviderRecord } from "@reef/protocol/provider";
import type { SecretRecord } from "@reef/protocol/secret";
import { commitOps, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";

export type ProviderFields = Omit<ProviderRecord, "id" | "createdAt" | "updatedAt">;

/** Many more than anyone has: lists of them are read whole. */
const maxProviders = 100;
const maxSecrets = 500;

/** Throws `conflict` if its name is taken, or if its secret is missing or belongs to another address (SE8). */
export async function createProvider(deps: Deps, fields: ProviderFields): Promise<ProviderRecord> {
  if ((await deps.store.read.providers()).length >= maxProviders) {
    throw new AppError("limit_exceeded", `there are already ${maxProviders} providers: delete one first`);
  }
  const op = { op: "provider.put" as const, provider: { id: makeId("provider"), ...fields } };
  return lastEvent(await commitOps(deps, op), "provider.changed").provider;
}

/**
 * Omitted fields stay. Throws `not_found` if there is none; `conflict` for a new name while bots or defaults use the
 * old one.
 */
export async function changeProvider(deps: Deps, id: ProviderId, patch: ProviderPatch): Promise<ProviderRecord> {
  const { createdAt: _created, updatedAt: _updated, ...before } = await readProvider(deps, id);
  if (patch.name !== undefined && patch.name !== before.name) {
    await assertUnused(deps, before.name, "or keep the provider's name");
  }
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const op = { op: "provider.put" as const, provider: { ...before, ...given } };
  return lastEvent(await commitOps(deps, op), "provider.changed").provider;
}

/** Throws `conflict` while a bot or a default names a model of it. Its secret stays. */
export async function deleteProvider(deps: Deps, id: ProviderId): Promise<void> {
  const { name } = await readProvider(deps, id);
  await assertUnused(deps, name, "or switch the provider off instead");
  await commitOps(deps, { op: "provider.delete", id });
}

async function assertUnused(deps: Deps, name: string, instead: string): Promise<void> {
  const bots = await botsOfProvider(deps, name);
  if (bots.length > 0) {
    const names = bots.slice(0, 5).map((bot) => `“${bot.name}”`);
    const rest = bots.length > names.length ? ` and ${bots.length - names.length} more` : "";
    throw new AppError(
      "conflict",
      `${names.join(", ")}${rest} ${bots.length === 1 ? "uses" : "use"} a model of “${name}”: give them another model first, ${instead}`,
    );
  }
  const roles = Object.entries(await deps.store.read.modelDefaults()).filter(([, model]) => isOf(name, model));
  if (roles.length > 0) {
    throw new AppError(
      "conflict",
      `the default model for ${roles.map(([role]) => role).join(", ")} is one of “${name}”: choose another default first, ${instead}`,
    );
  }
}

/**
 * Returns the bots whose model is one of the provider's, by name, without those that use the default. An OpenClaw
 * agent's models are its own, whatever their names.
 */
export async function botsOfProvider(deps: Pick<Deps, "store">, providerName: string): Promise<readonly Bot[]> {
  const found: Bot[] = [];
  for await (const bots of eachPage((cursor) => deps.store.read.bots({ limit: 1000, cursor })))
    found.push(
      ...bots.filter(
        ({ runtime, model, fallbackModel }) =>
          runtime !== "openclaw" && (isOf(providerName, model) || isOf(providerName, fallbackModel)),
      ),
    );
  return found;
}

function isOf(providerName: string, model: string | null): boolean {
  return model?.startsWith(`${providerName}/`) === true;
}

async function readProvider(deps: Deps, id: ProviderId): Promise<ProviderRecord> {
  const provider = (await deps.store.read.providers()).find((each) => each.id === id);
  if (provider === undefined) throw new AppError("not_found", `no provider has the id ${id}`);
  return provider;
}

export interface SecretPut {
  readonly name: string;
  readonly sealed: string;
  readonly origin: string | null;
}

/** Replaces an existing value and clears its address, unless `origin` names one (SE8). */
export async function putSecret(
  deps: Deps,
  { name, sealed, origin }: SecretPut,
): Promise<{ readonly secret: SecretRecord; readonly isNew: boolean }> {
  const secrets = await deps.store.read.secrets();
  const isNew = secrets.every((secret) => secret.name !== name);
  if (isNew && secrets.length >= maxSecrets) {
    throw new AppError("limit_exceeded", `there are already ${maxSecrets} secrets: delete one first`);
  }
  const committed = await commitOps(deps, { op: "secret.put", name, sealed, origin });
  return { secret: lastEvent(committed, "secret.changed").secret, isNew };
}

/** Throws `conflict` while a provider uses it. */
export async function deleteSecret(deps: Deps, name: string): Promise<void> {
  await commitOps(deps, { op: "secret.delete", name });
}

/** Omitted fields stay. */
export async function changeModelDefaults(deps: Deps, patch: ModelDefaultsPatch): Promise<ModelDefaults> {
  const before = await deps.store.read.modelDefaults();
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const op = { op: "models.put" as const, defaults: { ...before, ...given } };
  return lastEvent(await commitOps(deps, op), "models.changed").defaults;
}
