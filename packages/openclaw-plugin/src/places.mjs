/**
 * Where each browser was in the tab: its page has no storage and no history, and a reload would begin at the start. Kept in
 * this process and no longer; a browser is known by its name alone, so two windows of one share their place.
 */
import { createHash } from "node:crypto";

const maxPlaces = 200;
const maxLength = 500;

/** An address of Reef's own console, and nothing that leads out of it. @param {unknown} path */
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
