/** Converts providers and secrets: row → noun and back. */
import type { ProviderRecord } from "@reef/protocol/provider";
import type { SecretRecord } from "@reef/protocol/secret";
import type { ProviderRow, SecretRow } from "../model-tables.ts";

export function providerRowToNoun(row: ProviderRow): ProviderRecord {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    baseUrl: row.base_url,
    secret: row.secret,
    firstTokenMs: row.first_token_ms,
    betweenTokensMs: row.between_tokens_ms,
    prices: JSON.parse(row.prices),
    overrides: JSON.parse(row.overrides),
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function providerNounToRow(provider: ProviderRecord): ProviderRow {
  return {
    id: provider.id,
    name: provider.name,
    kind: provider.kind,
    base_url: provider.baseUrl,
    secret: provider.secret,
    first_token_ms: provider.firstTokenMs,
    between_tokens_ms: provider.betweenTokensMs,
    prices: JSON.stringify(provider.prices),
    overrides: JSON.stringify(provider.overrides),
    enabled: provider.enabled ? 1 : 0,
    created_at: provider.createdAt,
    updated_at: provider.updatedAt,
  };
}

/** Leaves out its value. */
export function secretRowToNoun(row: SecretRow): SecretRecord {
  return {
    name: row.name,
    origin: row.origin,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastUsedAt: row.last_used_at,
  };
}
