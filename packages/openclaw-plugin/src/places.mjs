/**
 * Remembers the page that each browser had open in the tab, which has no storage and no history: a reload would otherwise
 * begin at the start. Kept in this process only; a browser is known by its name alone, so two windows of it share their
 * place.
 */
import { createHash } from "node:crypto";

const maxPlaces = 200;
const maxLength = 500;

/**
 * Accepts addresses of Reef's own console, and nothing that leads out of it.
 * @param {unknown} path
 */
export function isPlace(path) {
  return typeof path === "string" && path.length <= maxLength && /^\/(?![/\\])[\w\-./?=&%#~+:@,]*$/.test(path);
}

/** @param {import("./shared.mjs").Shared} shared */
export function createPlaces({ places }) {
  return {
    /** @param {import("./host.mjs").HttpRequest} request */
    find: (request) => places.get(browserOf(request)) ?? null,
    /** @param {import("./host.mjs").HttpRequest} request @param {string} path */
    keep(request, path) {
      const browser = browserOf(request);
      places.delete(browser);
      places.set(browser, path);
      for (const oldest of places.keys()) {
        if (places.size <= maxPlaces) break;
        places.delete(oldest);
      }
    },
  };
}

/** @param {import("./host.mjs").HttpRequest} request */
function browserOf({ headers }) {
  return createHash("sha256")
    .update(headers["user-agent"] ?? "")
    .digest("base64url");
}
