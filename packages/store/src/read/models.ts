/** Reads providers, secrets without their values, and the model for each use. */
import { type ModelQueries, noModelDefaults } from "@reef/engine/port/models";
import { providerColumns, secretColumns } from "../columns.ts";
import type { ModelDefaultRow, ProviderRow, SecretRow } from "../model-tables.ts";
import { providerRowToNoun, secretRowToNoun } from "../rows/provider.ts";
import { type Source, statement } from "../sql.ts";

const allProviders = statement<object, ProviderRow>((db) =>
  db.selectFrom("providers").select(providerColumns).orderBy("n"),
);
const allSecrets = statement<object, SecretRow>((db) => db.selectFrom("secrets").select(secretColumns).orderBy("name"));
const allDefaults = statement<object, ModelDefaultRow>((db) =>
  db.selectFrom("model_defaults").select(["role", "model"]),
);

export function modelQueries(source: Source): ModelQueries {
  return {
    providers: async () => (await source.all(allProviders, {})).map(providerRowToNoun),
    secrets: async () => (await source.all(allSecrets, {})).map(secretRowToNoun),
    sealedSecrets: async () =>
      (await source.all(allSecrets, {})).map((row) => ({ record: secretRowToNoun(row), sealed: row.sealed })),
    modelDefaults: async () => {
      const rows = await source.all(allDefaults, {});
      return { ...noModelDefaults, ...Object.fromEntries(rows.map(({ role, model }) => [role, model])) };
    },
  };
}
