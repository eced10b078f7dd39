/**
 * Lists every provider, whatever its source: created here, named in the server's settings, or a local server that was
 * found. Those that people create here win over settings of the same name. A key is opened only for the address it
 * belongs to (SE8).
 */
import { originOf } from "@reef/engine/provider/origin";
import type { Provider, ProviderRecord, ProviderSource } from "@reef/protocol/provider";
import type { SecretRecord } from "@reef/protocol/secret";
import { addressOf } from "@reef/runtimes/loop/provider/address";
import type { ProviderSettings } from "@reef/runtimes/loop/settings";
import type { ConfiguredProvider } from "./configured.ts";

export interface KnownProvider {
  readonly name: string;
  readonly source: ProviderSource;
  readonly settings: ProviderSettings;
  /** The record, if it was created here. */
  readonly record: ProviderRecord | null;
  /** What is wrong with it; null when nothing is. */
  readonly problem: string | null;
}

/** A secret with its value; null when that cannot be opened. */
export interface OpenedSecret {
  readonly record: SecretRecord;
  readonly value: string | null;
}

export const defaultPatience = { firstTokenMs: 600_000, betweenTokensMs: 60_000 } as const;
const freeOfCharge = { "*": { input: 0, output: 0 } };

export interface Sources {
  readonly records: readonly ProviderRecord[];
  readonly secrets: ReadonlyMap<string, OpenedSecret>;
  readonly configured: readonly ConfiguredProvider[];
  readonly found: readonly { readonly name: string; readonly settings: ProviderSettings }[];
}

/** Returns each name once. */
export function knownProviders({ records, secrets, configured, found }: Sources): readonly KnownProvider[] {
  const byName = new Map<string, KnownProvider>();
  const add = (provider: KnownProvider) => {
    const key = provider.name.toLowerCase();
    if (!byName.has(key)) byName.set(key, provider);
  };
  for (const record of records) add(storedProvider(record, secrets));
  for (const { name, settings, source } of configured) add({ name, source, settings, record: null, problem: null });
  for (const { name, settings } of found) add({ name, source: "found", settings, record: null, problem: null });
  return [...byName.values()];
}

function storedProvider(record: ProviderRecord, secrets: Sources["secrets"]): KnownProvider {
  const { name, kind, baseUrl, firstTokenMs, betweenTokensMs, overrides } = record;
  const { apiKey, problem } = keyOf(record, secrets);
  const settings: ProviderSettings = {
    kind,
    baseUrl,
    firstTokenMs,
    betweenTokensMs,
    overrides,
    prices: isOwnMachine(record) ? { ...freeOfCharge, ...record.prices } : record.prices,
    ...(apiKey === undefined ? {} : { apiKey }),
  };
  return { name, source: "stored", settings, record, problem };
}

interface Key {
  readonly apiKey?: string;
  readonly problem: string | null;
}

function keyOf({ secret: name, baseUrl }: ProviderRecord, secrets: Sources["secrets"]): Key {
  if (name === null) return { problem: null };
  const secret = secrets.get(name);
  if (secret === undefined) return { problem: `its key “${name}” is gone: enter it again` };
  const { origin } = secret.record;
  if (origin !== null && origin !== originOf(baseUrl)) {
    return { problem: `its key was given for ${origin}: enter it again for ${originOf(baseUrl)}` };
  }
  if (secret.value === null) return { problem: "its key cannot be decrypted: enter it again" };
  return { apiKey: secret.value, problem: null };
}

/** A model on one's own machine has no price per token. */
function isOwnMachine({ kind, baseUrl }: Pick<ProviderSettings, "kind" | "baseUrl">): boolean {
  if (!["ollama", "lmstudio", "llamacpp", "vllm"].includes(kind)) return false;
  const { hostname } = new URL(addressOf({ kind, baseUrl }).baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

/** Returns why it cannot be called now; null when it can. */
export function unusableReason({ record, problem }: KnownProvider): string | null {
  return record?.enabled === false ? "it is switched off" : problem;
}

/** Returns the provider as people see it. */
export function toProvider({ name, source, settings, record, problem }: KnownProvider): Provider {
  const hasKey = settings.apiKey !== undefined || (record?.secret ?? null) !== null || hasKeyHeader(settings);
  if (record !== null) return { ...record, source, hasKey, problem };
  return {
    id: name,
    name,
    kind: settings.kind,
    baseUrl: withoutSecrets(addressOf(settings).baseUrl),
    secret: null,
    firstTokenMs: settings.firstTokenMs ?? defaultPatience.firstTokenMs,
    betweenTokensMs: settings.betweenTokensMs ?? defaultPatience.betweenTokensMs,
    prices: settings.prices ?? {},
    overrides: settings.overrides ?? {},
    enabled: true,
    source,
    hasKey,
    problem,
    createdAt: null,
    updatedAt: null,
  };
}

function hasKeyHeader({ headers = {} }: ProviderSettings): boolean {
  return Object.keys(headers).some((name) => /key|auth|token|cookie/i.test(name));
}

/** An address that a person wrote into the settings may contain a password or a key. */
function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return "";
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href.replace(/\/$/, "");
}
