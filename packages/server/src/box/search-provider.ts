/** Reads from the settings what searches the web for bots. */
import type { SearchProvider } from "@reef/box/web/web-search";
import type { Config } from "../config.ts";

/** Returns null if none is configured. */
export function searchProviderOf({ searchUrl, searchProvider, searchApiKey }: Config): SearchProvider | null {
  if (searchProvider === undefined || searchProvider === "searxng") {
    return searchUrl === undefined ? null : { kind: "searxng", url: searchUrl };
  }
  if (searchApiKey === undefined) return null;
  return { kind: searchProvider, key: searchApiKey, url: searchUrl };
}
