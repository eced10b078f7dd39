/** Writes providers, secrets and the models by use. Checks where a secret may go inside the transaction (SE8). */

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
import { gatewayColumns, mcpServerColumns, providerColumns, secretColumns } from "../columns.ts";
import { columnsToFields } from "../fields/codec.ts";
import { mcpServerCodecs } from "../fields/mcp-server.ts";
import type { GatewayRow, ModelDefaultRow, ProviderRow, SecretRow } from "../model-tables.ts";
import { gatewayRowToNoun } from "../rows/gateway.ts";
import { providerNounToRow, providerRowToNoun, secretRowToNoun } from "../rows/provider.ts";
import { eachParam, statement } from "../sql.ts";
import type { McpServerRow } from "../tables.ts";
import { all, one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const allProviders = statement<object, ProviderRow>((db) => db.selectFrom("providers").select(providerColumns));
const allGateways = statement<object, GatewayRow>((db) => db.selectFrom("gateways").select(gatewayColumns));
const allMcpServers = statement<object, McpServerRow>((db) => db.selectFrom("mcp_servers").select(mcpServerColumns));
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

export function applyModelOp(work: Work, op: ModelOp): Write<void> {
  switch (op.op) {
    case "secret.put":
      return putSecret(work, op);
    case "secret.used":
      return noteSecretUse(work, op);
    case "secret.delete":
      return deleteSecret(work, op.name);
    case "provider.put":
      return putProvider(work, op.provider);
    case "provider.delete":
      return deleteProvider(work, op.id);
    case "models.put":
      return putDefaults(work, op);
    default:
      return assertNever(op);
  }
}

function* putSecret(work: Work, { name, sealed, origin }: Extract<ModelOp, { op: "secret.put" }>): Write<void> {
  const earlier = yield* one(secretByName, { name });
  const created_at = earlier?.created_at ?? work.at;
  const row: SecretRow = { name, sealed, origin, created_at, updated_at: work.at, last_used_at: null };
  yield* run(earlier === undefined ? insertSecret : updateSecret, row);
  work.events.push({ type: "secret.changed", secret: secretRowToNoun(row) });
}

function* noteSecretUse(work: Work, { name, origin }: Extract<ModelOp, { op: "secret.used" }>): Write<void> {
  const row = yield* one(secretByName, { name });
  if (row !== undefined) yield* changeSecret(work, { ...row, origin: row.origin ?? origin, last_used_at: work.at });
}

function* changeSecret(work: Work, row: SecretRow): Write<void> {
  yield* run(updateSecret, row);
  work.events.push({ type: "secret.changed", secret: secretRowToNoun(row) });
}

function* deleteSecret(work: Work, name: string): Write<void> {
  if ((yield* one(secretByName, { name })) === undefined) {
    throw new AppError("not_found", `there is no secret named “${name}”`);
  }
  assertSecretIsFree(name, yield* usersOf());
  yield* run(deleteSecretByName, { name });
  work.events.push({ type: "secret.deleted", name });
}

function* putProvider(work: Work, provider: Extract<ModelOp, { op: "provider.put" }>["provider"]): Write<void> {
  const others = (yield* all(allProviders, {})).filter(({ id }) => id !== provider.id);
  assertProviderNameIsFree(provider, others.map(providerRowToNoun));
  for (const user of secretUsers({ providers: [provider] })) yield* bindSecret(work, user);
  const earlier = yield* one(providerById, { id: provider.id });
  const record = { ...provider, createdAt: earlier?.created_at ?? work.at, updatedAt: work.at };
  yield* run(earlier === undefined ? insertProvider : updateProvider, providerNounToRow(record));
  work.events.push({ type: "provider.changed", provider: record });
}

/** Binds a secret without an address to its user's. Throws `conflict` if it belongs to another one (SE8). */
export function* bindSecret(work: Work, user: SecretUser): Write<void> {
  const secret = yield* one(secretByName, { name: user.secret });
  assertSecretFits(user, yield* usersOf(), secret);
  if (secret?.origin === null) yield* changeSecret(work, { ...secret, origin: user.origin });
}

function* usersOf(): Write<readonly SecretUser[]> {
  const providers = yield* all(allProviders, {});
  const gateways = yield* all(allGateways, {});
  const servers = yield* all(allMcpServers, {});
  return secretUsers({
    providers: providers.map(providerRowToNoun),
    gateways: gateways.map(gatewayRowToNoun),
    mcpServers: servers.map((row) => columnsToFields(mcpServerCodecs, row)),
  });
}

function* deleteProvider(work: Work, id: ProviderId): Write<void> {
  if ((yield* one(providerById, { id })) === undefined) {
    throw new AppError("not_found", `no provider has the id ${id}`);
  }
  yield* run(deleteProviderById, { id });
  work.events.push({ type: "provider.deleted", providerId: id });
}

function* putDefaults(work: Work, { defaults }: Extract<ModelOp, { op: "models.put" }>): Write<void> {
  yield* run(deleteDefaults, {});
  for (const role of ["chat", "consolidation", "embedding", "vision", "fallback"] as const) {
    const model = defaults[role];
    if (model !== null) yield* run(insertDefault, { role, model });
  }
  work.events.push({ type: "models.changed", defaults });
}
