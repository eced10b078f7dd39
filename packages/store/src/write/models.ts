/** Providers, secrets and the models by use. Where a secret may go is checked here, inside the transaction (SE8). */

import type { ModelOp } from "@reef/engine/port/models";
import {
  assertProviderNameIsFree,
  assertSecretFits,
  assertSecretIsFree,
  type SecretUser,
  secretUsers,
} from "@reef/engine/provider/origin";
import { AppError, assertNever } from "@reef/protocol/error";
import type { ProviderId } from "@reef/protocol/ids";
import { gatewayColumns, providerColumns, secretColumns } from "../columns.ts";
import type { ModelDefaultRow, ProviderRow, SecretRow } from "../model-tables.ts";
import { gatewayRowToNoun } from "../rows/gateway.ts";
import { providerNounToRow, providerRowToNoun, secretRowToNoun } from "../rows/provider.ts";
import { eachParam, statement } from "../sql.ts";
import type { GatewayRow } from "../tables.ts";
import type { Work } from "./work.ts";

const allProviders = statement<object, ProviderRow>((db) => db.selectFrom("providers").select(providerColumns));
const allGateways = statement<object, GatewayRow>((db) => db.selectFrom("gateways").select(gatewayColumns));
const providerById = statement<{ id: ProviderId }, ProviderRow>((db, param) =>
  db.selectFrom("providers").select(providerColumns).where("id", "=", param("id")),
);
const insertProvider = statement<ProviderRow>((db, param) =>
  db.insertInto("providers").values(eachParam(param, providerColumns)),
);
const updateProvider = statement<ProviderRow>((db, param) =>
  db.updateTable("providers").set(eachParam(param, providerColumns)).where("id", "=", param("id")),
);
const deleteProviderById = statement<{ id: ProviderId }>((db, param) =>
  db.deleteFrom("providers").where("id", "=", param("id")),
);
const secretByName = statement<{ name: string }, SecretRow>((db, param) =>
  db.selectFrom("secrets").select(secretColumns).where("name", "=", param("name")),
);
const insertSecret = statement<SecretRow>((db, param) =>
  db.insertInto("secrets").values(eachParam(param, secretColumns)),
);
const updateSecret = statement<SecretRow>((db, param) =>
  db.updateTable("secrets").set(eachParam(param, secretColumns)).where("name", "=", param("name")),
);
const deleteSecretByName = statement<{ name: string }>((db, param) =>
  db.deleteFrom("secrets").where("name", "=", param("name")),
);
const deleteDefaults = statement<object>((db) => db.deleteFrom("model_defaults"));
const insertDefault = statement<ModelDefaultRow>((db, param) =>
  db.insertInto("model_defaults").values(eachParam(param, ["role", "model"])),
);

export function applyModelOp(work: Work, op: ModelOp): void {
  switch (op.op) {
    case "secret.put":
      putSecret(work, op);
      return;
    case "secret.used":
      noteSecretUse(work, op);
      return;
    case "secret.delete":
      deleteSecret(work, op.name);
      return;
    case "provider.put":
      putProvider(work, op.provider);
      return;
    case "provider.delete":
      deleteProvider(work, op.id);
      return;
    case "models.put":
      putDefaults(work, op);
      return;
    default:
      assertNever(op);
  }
}

function putSecret(work: Work, { name, sealed, origin }: Extract<ModelOp, { op: "secret.put" }>): void {
  const earlier = work.connection.get(secretByName, { name });
  const created_at = earlier?.created_at ?? work.at;
  const row: SecretRow = { name, sealed, origin, created_at, updated_at: work.at, last_used_at: null };
  work.connection.run(earlier === undefined ? insertSecret : updateSecret, row);
  work.events.push({ type: "secret.changed", secret: secretRowToNoun(row) });
}

function noteSecretUse(work: Work, { name, origin }: Extract<ModelOp, { op: "secret.used" }>): void {
  const row = work.connection.get(secretByName, { name });
  if (row !== undefined) changeSecret(work, { ...row, origin: row.origin ?? origin, last_used_at: work.at });
}

function changeSecret(work: Work, row: SecretRow): void {
  work.connection.run(updateSecret, row);
  work.events.push({ type: "secret.changed", secret: secretRowToNoun(row) });
}

function deleteSecret(work: Work, name: string): void {
  if (work.connection.get(secretByName, { name }) === undefined) {
    throw new AppError("not_found", `there is no secret named “${name}”`);
  }
  assertSecretIsFree(name, usersOf(work));
  work.connection.run(deleteSecretByName, { name });
  work.events.push({ type: "secret.deleted", name });
}

function putProvider(work: Work, provider: Extract<ModelOp, { op: "provider.put" }>["provider"]): void {
  const others = work.connection.all(allProviders, {}).filter(({ id }) => id !== provider.id);
  assertProviderNameIsFree(provider, others.map(providerRowToNoun));
  for (const user of secretUsers({ providers: [provider], gateways: [] })) bindSecret(work, user);
  const earlier = work.connection.get(providerById, { id: provider.id });
  const record = { ...provider, createdAt: earlier?.created_at ?? work.at, updatedAt: work.at };
  work.connection.run(earlier === undefined ? insertProvider : updateProvider, providerNounToRow(record));
  work.events.push({ type: "provider.changed", provider: record });
}

/** Gives a secret without an address that of who uses it; `conflict` when it belongs to another one (SE8). */
export function bindSecret(work: Work, user: SecretUser): void {
  const secret = work.connection.get(secretByName, { name: user.secret });
  assertSecretFits(user, usersOf(work), secret);
  if (secret?.origin === null) changeSecret(work, { ...secret, origin: user.origin });
}

function usersOf({ connection }: Work): readonly SecretUser[] {
  return secretUsers({
    providers: connection.all(allProviders, {}).map(providerRowToNoun),
    gateways: connection.all(allGateways, {}).map(gatewayRowToNoun),
  });
}

function deleteProvider(work: Work, id: ProviderId): void {
  if (work.connection.get(providerById, { id }) === undefined) {
    throw new AppError("not_found", `no provider has the id ${id}`);
  }
  work.connection.run(deleteProviderById, { id });
  work.events.push({ type: "provider.deleted", providerId: id });
}

function putDefaults(work: Work, { defaults }: Extract<ModelOp, { op: "models.put" }>): void {
  work.connection.run(deleteDefaults, {});
  for (const role of ["chat", "consolidation", "embedding", "vision"] as const) {
    const model = defaults[role];
    if (model !== null) work.connection.run(insertDefault, { role, model });
  }
  work.events.push({ type: "models.changed", defaults });
}
