/**
 * Searches the web through what a person configured: an own SearXNG, or a service with a key. A service is a plain
 * profile of its request and its answer. Without one, nothing is searched.
 */
import { z } from "zod";
import type { Resolve } from "../network/public-address.ts";
import { type GetOptions, getPage } from "./get-page.ts";

export type SearchProvider =
  /** The address of an instance whose settings allow the format `json`. */
  | { readonly kind: "searxng"; readonly url: string }
  | { readonly kind: "brave" | "tavily"; readonly key: string; readonly url?: string | undefined };

export interface SearchHit {
  readonly title: string;
  readonly url: string;
  readonly excerpt: string;
}

export type Searched =
  | { readonly state: "found"; readonly hits: readonly SearchHit[] }
  | { readonly state: "failed"; readonly reason: string };

export interface WebSearch {
  /** Contract: never rejects. */
  search(query: string, options: { readonly limit: number; readonly signal: AbortSignal }): Promise<Searched>;
}

interface Profile {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly hits: (answer: unknown) => readonly z.infer<typeof Hit>[];
}

const searchMs = 20_000;
const maxAnswerBytes = 2_000_000;

const text = z.string().catch("");
const Hit = z.object({ title: text, url: text, content: text, description: text });
const hitList = z.array(Hit.catch({ title: "", url: "", content: "", description: "" }));
const Results = z.object({ results: hitList });
const WebResults = z.object({ web: z.object({ results: hitList }).optional() });

export function createWebSearch({
  provider,
  resolve,
  dial,
}: {
  /** Returns what is configured now; null if nothing is. */
  readonly provider: () => SearchProvider | null;
  readonly resolve?: Resolve;
  readonly dial?: GetOptions["dial"];
}): WebSearch {
  return {
    async search(query, { limit, signal }) {
      const chosen = provider();
      if (chosen === null) {
        return failed(
          "no web search is configured: a person can give Reef the address of a SearXNG, or a key of Brave or Tavily",
        );
      }
      const profile = profileOf(chosen, query, limit);
      const got = await getPage(profile.url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(searchMs)]),
        maxBytes: maxAnswerBytes,
        reach: "configured",
        headers: { accept: "application/json", ...profile.headers },
        ...(profile.body === undefined ? {} : { method: "POST" as const, body: profile.body }),
        resolve,
        dial,
      });
      if (got.state === "failed") return failed(`${chosen.kind} could not be reached: ${got.reason}`);
      if (got.status !== 200) return failed(`${chosen.kind} answered ${got.status}${sayStatus(chosen, got.status)}`);
      try {
        const hits = profile.hits(JSON.parse(got.bytes.toString())).flatMap(toHit);
        return { state: "found", hits: hits.slice(0, limit) };
      } catch {
        return failed(`${chosen.kind} answered something that is not a list of results`);
      }
    },
  };
}

function profileOf(provider: SearchProvider, query: string, limit: number): Profile {
  switch (provider.kind) {
    case "searxng": {
      const url = new URL(`${provider.url.replace(/\/+$/, "")}/search`);
      url.search = new URLSearchParams({ q: query, format: "json" }).toString();
      return { url: url.href, hits: (answer) => Results.parse(answer).results };
    }
    case "brave": {
      const url = new URL(provider.url ?? "https://api.search.brave.com/res/v1/web/search");
      url.search = new URLSearchParams({ q: query, count: String(Math.min(limit, 20)) }).toString();
      return {
        url: url.href,
        headers: { "x-subscription-token": provider.key },
        hits: (answer) => WebResults.parse(answer).web?.results ?? [],
      };
    }
    case "tavily":
      return {
        url: provider.url ?? "https://api.tavily.com/search",
        headers: { authorization: `Bearer ${provider.key}`, "content-type": "application/json" },
        body: JSON.stringify({ query, max_results: Math.min(limit, 20) }),
        hits: (answer) => Results.parse(answer).results,
      };
  }
}

function toHit({ title, url, content, description }: z.infer<typeof Hit>): readonly SearchHit[] {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return [];
  return [{ title: plain(title, 300), url: url.slice(0, 2_000), excerpt: plain(content || description, 600) }];
}

/** Services mark the words that were found with tags. */
function plain(html: string, most: number): string {
  return html
    .replaceAll(/<[^>]{0,200}>/g, "")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, most);
}

function sayStatus(provider: SearchProvider, status: number): string {
  if (provider.kind === "searxng" && status === 403) return ": allow the format json in its settings (search.formats)";
  if (status === 401 || status === 403) return ": its key is not accepted";
  return status === 429 ? ": too many searches for now" : "";
}

function failed(reason: string): Searched {
  return { state: "failed", reason };
}
