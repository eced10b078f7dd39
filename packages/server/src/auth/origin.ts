/**
 * Decides which requests may come in (SE3), before anything else and also at the socket upgrade. A Host that is not one
 * of our addresses means that a foreign name points at us (DNS rebinding). An Origin other than the page we serve means
 * that a foreign page is calling. A secret in a query would end up in logs and histories.
 */
import { isIP } from "node:net";
import { AppError } from "@reef/protocol/error";

export interface OriginRules {
  /** Host names, with or without a port, by which people reach this server through a proxy. */
  readonly publicHosts: readonly string[];
  /** True if any IP address is ours: a name can be rebound, an address cannot. Only when bound beyond loopback. */
  readonly allowAnyAddress: boolean;
}

export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Where programs are answered; a link on another site may lead to the console. */
const programPaths = /^\/(?:v1|openai|anthropic|mcp)(?:[/?]|$)/;

/**
 * Where a browser comes back to from the page of an MCP server, in whose protocol (OAuth) the query has a code. It is
 * worth nothing without what Reef kept, and is taken once.
 */
export const signInCallback = "/oauth/callback";

const secretNames = new Set(["token", "access_token", "api_key", "apikey", "code"]);

/** Throws `forbidden_origin`, or `invalid_request` for a secret in the query. */
export function requireOwnOrigin(rules: OriginRules, head: RequestHead): void {
  const host = head.host?.toLowerCase() ?? "";
  if (!isOwnHost(rules, host)) {
    throw new AppError(
      "forbidden_origin",
      "the Host header names no address of this server: use its loopback address, or list the name in REEF_PUBLIC_HOSTS",
    );
  }
  if (head.origin !== undefined && !isOwnOrigin(head.origin, host)) {
    throw new AppError("forbidden_origin", "the Origin header names another site: only Reef's own pages may call it");
  }
  if (isForeignSite(head.fetchSite) && programPaths.test(head.target)) {
    throw new AppError("forbidden_origin", "another site's page made this request: only Reef's own pages may call it");
  }
  refuseSecretInQuery(head.target);
}

function isOwnHost(rules: OriginRules, host: string): boolean {
  if (rules.publicHosts.includes(host)) return true;
  const name = nameOfHost(host);
  if (name === null) return false;
  if (name === "localhost" || rules.publicHosts.includes(name)) return true;
  const version = isIP(name);
  if (version === 0) return false;
  return rules.allowAnyAddress || isLoopbackAddress(name);
}

/**
 * Returns the name without the port; null when it is not a host. Any port passes: tunnels and port mappings change it.
 */
function nameOfHost(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/.exec(host);
  return match?.[1] ?? match?.[2] ?? null;
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith("127.") : address === "::1";
}

/** Compares host and port; the scheme is free, because a proxy in front may use TLS. `null` is never ours. */
function isOwnOrigin(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host}` || origin.toLowerCase() === `https://${host}`;
}

/** `same-site` is foreign too: another port of this machine is the same site. */
function isForeignSite(fetchSite: string | undefined): boolean {
  return fetchSite === "cross-site" || fetchSite === "same-site";
}

function refuseSecretInQuery(target: string): void {
  const start = target.indexOf("?");
  if (start < 0 || target.slice(0, start) === signInCallback) return;
  for (const name of new URLSearchParams(target.slice(start + 1)).keys()) {
    if (!secretNames.has(name.toLowerCase())) continue;
    throw new AppError(
      "invalid_request",
      `a secret never goes into a URL, found “${name}”: send it as “Authorization: Bearer …”`,
      { fields: [{ path: name, message: "not allowed in the query" }] },
    );
  }
}
