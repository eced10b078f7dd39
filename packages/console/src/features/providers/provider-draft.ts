/**
 * Converts a provider's form to what is sent. Keys are kept apart from everything here: a draft can be stored, compared
 * and shown, a key cannot.
 */
import type { ModelPrice, NewProvider, ProfileOverrides, Provider, ProviderPatch } from "@reef/protocol/provider";
import type { Secret } from "@reef/protocol/secret";

/** The form's fields as they are sent. */
export type ProviderDraft = Omit<NewProvider, "secret">;

/** An empty field falls back to the provider's profile. */
export function readDraft(form: FormData): ProviderDraft {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const seconds = (name: string): number | undefined =>
    text(name) === "" ? undefined : Math.round(Number(text(name)) * 1000);
  const baseUrl = text("baseUrl");
  const [firstTokenMs, betweenTokensMs] = [seconds("firstToken"), seconds("betweenTokens")];
  return {
    name: text("name"),
    kind: text("kind") as NewProvider["kind"],
    ...(baseUrl !== "" && { baseUrl }),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...(betweenTokensMs !== undefined && { betweenTokensMs }),
    prices: readPrices(form),
    overrides: readOverrides(text),
  };
}

/** Returns the model for a test; undefined lets the server choose. */
export function readTestModel(form: FormData): string | undefined {
  return String(form.get("testModel") ?? "").trim() || undefined;
}

function readPrices(form: FormData): Record<string, ModelPrice> {
  const column = (name: string): readonly string[] => form.getAll(name).map((value) => String(value).trim());
  const [models, inputs, outputs, cached] = ["priceModel", "priceInput", "priceOutput", "priceCached"].map(column);
  const prices: Record<string, ModelPrice> = {};
  for (const [at, model] of (models ?? []).entries()) {
    const [input = "", output = "", kept = ""] = [inputs?.[at], outputs?.[at], cached?.[at]];
    if (model === "" || (input === "" && output === "")) continue;
    prices[model] = {
      input: Number(input),
      output: Number(output),
      ...(kept !== "" && { cachedInput: Number(kept) }),
    };
  }
  return prices;
}

function readOverrides(text: (name: string) => string): ProfileOverrides {
  const choice = { yes: true, no: false } as const;
  const number = (name: string) => (text(name) === "" ? undefined : Number(text(name)));
  const flag = (name: string) => choice[text(name) as keyof typeof choice];
  const given = {
    outputLimitField: text("outputLimitField") || undefined,
    tools: flag("tools"),
    vision: flag("vision"),
    reasoningBack: text("reasoningBack") || undefined,
    callIdLength: number("callIdLength"),
    contextTokens: number("contextTokens"),
    maxOutputTokens: number("maxOutputTokens"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ProfileOverrides;
}

/** Returns only what differs, so that saving one field never reverts what another page changed in the meantime. */
export function draftToPatch(draft: ProviderDraft, provider: Provider): ProviderPatch {
  const changed = Object.entries(draft).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(provider[name as keyof ProviderDraft]),
  );
  return Object.fromEntries(changed) as ProviderPatch;
}

/** Returns a name that no provider has yet: `openai`, then `openai-2`. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const names = new Set([...taken].map((name) => name.toLowerCase()));
  if (!names.has(wanted.toLowerCase())) return wanted;
  let n = 2;
  while (names.has(`${wanted}-${n}`.toLowerCase())) n++;
  return `${wanted}-${n}`;
}

/** Returns scheme, host and port, which a key is bound to; null for an invalid address. */
export function originOf(url: string): string | null {
  try {
    const { protocol, origin } = new URL(url.trim());
    return protocol === "http:" || protocol === "https:" ? origin : null;
  } catch {
    return null;
  }
}

/** A key is sent only to the address that it was given for, so another address needs it again. */
export function needsKeyAgain(boundTo: string | null, baseUrl: string): boolean {
  if (boundTo === null) return false;
  const origin = originOf(baseUrl);
  return origin !== null && origin !== boundTo;
}

/**
 * Names the secret of a provider's new key: the same one if the address stays; else a new one, so that the provider
 * keeps working with the old key until the change is saved.
 */
export function secretNameFor({
  provider,
  name,
  baseUrl,
  secrets,
}: {
  readonly provider: Pick<Provider, "secret" | "baseUrl"> | null;
  readonly name: string;
  readonly baseUrl: string;
  readonly secrets: readonly Pick<Secret, "name">[];
}): string {
  if (provider?.secret && !needsKeyAgain(originOf(provider.baseUrl), baseUrl)) return provider.secret;
  return freeName(
    name,
    secrets.map((secret) => secret.name),
  );
}
