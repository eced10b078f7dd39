/** SE8: decides where a secret may go. Both stores apply this rule inside the transaction. */
import { AppError } from "@reef/protocol/error";
import type { GatewayRecord } from "@reef/protocol/gateway";
import type { McpServerRecord, McpTransport } from "@reef/protocol/mcp";
import type { ProviderRecord } from "@reef/protocol/provider";

/** Returns scheme, host and port of an address, which is all that matters for a secret. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

type Addressed = Pick<ProviderRecord, "id" | "name" | "baseUrl" | "secret">;

/** A user of a secret, which sends it to an address. */
export interface SecretUser {
  readonly id: string;
  /** Such as `the provider “lab”`. */
  readonly words: string;
  readonly secret: string;
  readonly origin: string;
}

/** Returns those that have a secret. */
export function secretUsers({
  providers = [],
  gateways = [],
  mcpServers = [],
}: {
  readonly providers?: readonly Addressed[];
  readonly gateways?: readonly Pick<GatewayRecord, "id" | "name" | "url" | "token">[];
  readonly mcpServers?: readonly Pick<McpServerRecord, "id" | "name" | "transport">[];
}): readonly SecretUser[] {
  return [
    ...providers.flatMap(({ id, name, baseUrl, secret }) =>
      secret === null ? [] : [{ id, words: `the provider “${name}”`, secret, origin: originOf(baseUrl) }],
    ),
    ...gateways.flatMap(({ id, name, url, token }) =>
      token.from === "secret"
        ? [{ id, words: `the gateway “${name}”`, secret: token.name, origin: originOf(url) }]
        : [],
    ),
    ...mcpServers.flatMap(({ id, name, transport }) =>
      secretsOf(transport).map((secret) => ({
        id,
        words: `the MCP server “${name}”`,
        secret,
        origin: originOfTransport(transport),
      })),
    ),
  ];
}

/** Returns the names of the secrets that the server gets, each once. */
export function secretsOf(transport: McpTransport): readonly string[] {
  const values =
    transport.kind === "stdio"
      ? Object.values(transport.env)
      : [...Object.values(transport.headers), transport.oauth?.clientSecret ?? ""];
  return [...new Set(values.flatMap((value) => (typeof value === "string" ? [] : [value.secret])))];
}

/** A program with other arguments is another one: it could send its secrets elsewhere. */
export function originOfTransport(transport: McpTransport): string {
  if (transport.kind === "http") return originOf(transport.url);
  return `program ${[transport.command, ...transport.args].join(" ")}`;
}

/** Throws `conflict` if another server has its name. */
export function assertMcpNameIsFree(
  server: Pick<McpServerRecord, "id" | "name">,
  others: readonly Pick<McpServerRecord, "id" | "name">[],
): void {
  if (!others.some(({ id, name }) => id !== server.id && name === server.name)) return;
  throw new AppError("conflict", `an MCP server named “${server.name}” already exists`);
}

/** Throws `conflict` if another provider has its name. */
export function assertProviderNameIsFree(provider: Addressed, others: readonly Addressed[]): void {
  const sameName = others.find(({ name }) => name.toLowerCase() === provider.name.toLowerCase());
  if (sameName !== undefined) throw new AppError("conflict", `a provider named “${sameName.name}” already exists`);
}

/**
 * Throws `conflict` unless `user` may have its secret, which goes to one address only. A user that already had it for
 * this address is exempt: it can be renamed and switched off whatever became of its secret.
 */
export function assertSecretFits(
  user: SecretUser,
  before: readonly SecretUser[],
  secret: { readonly origin: string | null } | undefined,
): void {
  if (before.some(({ id, secret: name, origin }) => id === user.id && name === user.secret && origin === user.origin)) {
    return;
  }
  if (secret === undefined) {
    throw new AppError("conflict", `there is no secret named “${user.secret}”: store it first`);
  }
  if (secret.origin !== null && secret.origin !== user.origin) {
    throw new AppError(
      "conflict",
      `the key “${user.secret}” was given for ${secret.origin}: enter the key again for the new address ${user.origin}`,
    );
  }
  const elsewhere = before.find(
    (other) => other.id !== user.id && other.secret === user.secret && other.origin !== user.origin,
  );
  if (elsewhere === undefined) return;
  throw new AppError(
    "conflict",
    `${elsewhere.words} takes the key “${user.secret}” to ${elsewhere.origin}: enter a key of its own for ${user.origin}`,
  );
}

/** Throws `conflict` while something uses it. */
export function assertSecretIsFree(name: string, all: readonly SecretUser[]): void {
  const users = all.filter(({ secret }) => secret === name).map(({ words }) => words);
  if (users.length === 0) return;
  const verb = users.length === 1 ? "uses" : "use";
  throw new AppError("conflict", `${users.join(", ")} ${verb} this key: change or delete what uses it first`);
}
