/** SE8: where a secret may go. Both stores keep it by this rule, inside the transaction. */
import { AppError } from "@reef/protocol/error";
import type { ProviderRecord } from "@reef/protocol/provider";

/** Scheme, host and port of an address: all that counts of it for a secret. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

type Addressed = Pick<ProviderRecord, "id" | "name" | "baseUrl" | "secret">;

/** Throws `conflict` unless the provider may stand beside the others and may have its secret. */
export function assertProviderFits(
  provider: Addressed,
  others: readonly Addressed[],
  secret: { readonly origin: string | null } | undefined,
): void {
  const sameName = others.find(({ name }) => name.toLowerCase() === provider.name.toLowerCase());
  if (sameName !== undefined) throw new AppError("conflict", `there is a provider named “${sameName.name}” already`);
  if (provider.secret === null) return;
  if (secret === undefined) {
    throw new AppError("conflict", `there is no secret named “${provider.secret}”: store it first`);
  }
  const origin = originOf(provider.baseUrl);
  if (secret.origin !== null && secret.origin !== origin) {
    throw new AppError(
      "conflict",
      `the key “${provider.secret}” was given for ${secret.origin}: enter the key again for the new address ${origin}`,
    );
  }
  const elsewhere = others.find((other) => other.secret === provider.secret && originOf(other.baseUrl) !== origin);
  if (elsewhere === undefined) return;
  throw new AppError(
    "conflict",
    `the provider “${elsewhere.name}” takes the key “${provider.secret}” to ${originOf(elsewhere.baseUrl)}: enter a key of its own for ${origin}`,
  );
}

/** Throws `conflict` while a provider uses it. */
export function assertSecretIsFree(name: string, providers: readonly Addressed[]): void {
  const users = providers.filter(({ secret }) => secret === name).map((provider) => `“${provider.name}”`);
  if (users.length === 0) return;
  throw new AppError("conflict", `${users.join(", ")} uses this key: change or delete the provider first`);
}
