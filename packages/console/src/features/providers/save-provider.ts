/**
 * Saves a provider's key and then the provider. Progress is recorded after each step, so that a second attempt
 * continues where the first one failed, and the person sees what exists already.
 */
import type { Client } from "@reef/client/client";
import type { Provider } from "@reef/protocol/provider";
import { draftToPatch, originOf, type ProviderDraft } from "./provider-draft.ts";

export interface SaveProgress {
  /** Name of the secret that holds the key. */
  secret: string | null;
  /** Where that key may be sent; null without a key. */
  origin: string | null;
  provider: Provider | null;
}

export type SavingClient = Pick<Client, "putSecret" | "createProvider" | "changeProvider">;

export async function saveProvider({
  client,
  draft,
  baseUrl,
  key,
  secretName,
  progress,
}: {
  readonly client: SavingClient;
  readonly draft: ProviderDraft;
  /** Where the key may be sent, also when the draft leaves the address to the profile. */
  readonly baseUrl: string;
  /** Empty keeps the key as it is. */
  readonly key: string;
  readonly secretName: string;
  /** Changed as the steps succeed. */
  readonly progress: SaveProgress;
}): Promise<Provider> {
  if (key !== "") {
    const origin = originOf(baseUrl);
    const { name } = await client.putSecret(secretName, { value: key, ...(origin !== null && { origin }) });
    progress.secret = name;
    progress.origin = origin;
  }
  const { secret } = progress;
  if (progress.provider === null) {
    progress.provider = await client.createProvider({ ...draft, ...(secret !== null && { secret }) });
  } else {
    const patch = { ...draftToPatch(draft, progress.provider), ...(secret !== progress.provider.secret && { secret }) };
    if (Object.keys(patch).length > 0) progress.provider = await client.changeProvider(progress.provider.id, patch);
  }
  return progress.provider;
}

/** Returns the state in which saving begins: empty, or that of an existing provider. */
export function progressOf(provider: Provider | null): SaveProgress {
  const secret = provider?.secret ?? null;
  return { secret, provider, origin: secret === null || !provider ? null : originOf(provider.baseUrl) };
}

/** Says what was created although the whole was not saved; null when nothing was. */
export function halfDoneWords(before: SaveProgress, after: SaveProgress): string | null {
  if (after.secret === before.secret || after.secret === null) return null;
  return `The key is saved as “${after.secret}”, but the provider isn't saved yet. Try again to continue from there.`;
}
