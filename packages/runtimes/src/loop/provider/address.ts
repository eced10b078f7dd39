/**
 * Normalises the address of a provider's requests. People paste addresses as they find them: with or without `/v1`,
 * with the path of the request, with a query that has to stay. All of this is corrected here.
 */
import type { ProviderKind } from "@reef/protocol/provider";
import { kindOfAddress } from "./choose-profile.ts";
import { dialects } from "./dialects/all.ts";

export interface Address {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Such as Azure's `api-version`; null without one. */
  readonly query: Readonly<Record<string, string>> | null;
}

/** Paths of requests, which the provider's package adds itself. */
const requestPath = /\/(chat\/completions|completions|responses|messages|models|embeddings)$/;

export function addressOf({
  kind,
  baseUrl,
}: {
  readonly kind: ProviderKind;
  readonly baseUrl?: string | undefined;
}): Address {
  const given = baseUrl ?? dialects[kind].baseUrl ?? "";
  if (!URL.canParse(given)) return { baseUrl: given.replace(/\/+$/, ""), query: null };
  const url = new URL(given);
  const query = url.search === "" ? null : Object.fromEntries(url.searchParams);
  const path = url.pathname.replace(/\/+$/, "").replace(requestPath, "").replace(/\/+$/, "");
  return { baseUrl: `${url.origin}${pathFor(kind, path, url)}`, query };
}

function pathFor(kind: ProviderKind, path: string, url: URL): string {
  const real = kind === "openai-compatible" ? kindOfAddress(url.href) : kind;
  // Azure has its own path, and its older one names the deployment.
  if (real === "azure" && (path === "" || path === "/openai") && url.search === "") return "/openai/v1";
  if (kind === "ollama") return path.endsWith("/v1") ? path : `${path.replace(/\/api$/, "")}/v1`;
  const own = real === null ? null : dialects[real].baseUrl;
  return path === "" && own !== null ? new URL(own).pathname : path;
}
