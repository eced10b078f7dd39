/**
 * Decides who may use Reef through this gateway's port. The gateway gives the tab's page only to people it knows; each
 * load gets a token of its own, which is in that page and in no address, and only that page can read it. The token is
 * valid for as long as it is used, and ends with the gateway's process.
 */
import { randomBytes } from "node:crypto";

const idleMs = 12 * 3_600_000;
const maxFrames = 200;

/** @param {import("./shared.mjs").Shared} shared @param {() => number} now */
export function createFrameTokens({ frames }, now) {
  return {
    make() {
      const token = randomBytes(32).toString("base64url");
      frames.set(token, now() + idleMs);
      // The token that was used the longest ago goes first.
      for (const oldest of frames.keys()) {
        if (frames.size <= maxFrames) break;
        frames.delete(oldest);
      }
      return token;
    },
    /** @param {string | undefined} token */
    isGood(token) {
      const until = token === undefined ? undefined : frames.get(token);
      if (token === undefined || until === undefined) return false;
      frames.delete(token);
      if (until < now()) return false;
      frames.set(token, now() + idleMs);
      return true;
    },
  };
}
