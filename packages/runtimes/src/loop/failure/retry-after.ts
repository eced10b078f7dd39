/** Reads how long a server asks us to wait, in milliseconds: bounded, because a server may say anything. */

/** The longest wait, whatever the server asks for. */
export const mostWaitMs = 3_600_000;
/** A longer wait cannot be meant, so it counts as none. */
const nonsenseMs = 31 * 86_400_000;

/** Returns null without a request to wait, or when it is not a time. `nowMs` is needed for a date. */
export function readRetryAfter(headers: Headers | null, words: string, nowMs: number): number | null {
  const asked = headerWait(headers, nowMs) ?? wordsWait(words);
  return asked === null || asked > nonsenseMs ? null : Math.min(Math.max(0, asked), mostWaitMs);
}

function headerWait(headers: Headers | null, nowMs: number): number | null {
  const ms = plainNumber(headers?.get("retry-after-ms") ?? null);
  if (ms !== null) return ms;
  const value = headers?.get("retry-after")?.trim() ?? "";
  const seconds = plainNumber(value);
  if (seconds !== null) return seconds * 1000;
  if (!/[a-z]{3}/i.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at - nowMs;
}

function plainNumber(value: string | null): number | null {
  return value !== null && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}

/** Reads “try again in 1m7.66s”, `"retryDelay": "34s"`. */
function wordsWait(words: string): number | null {
  const said = /(?:try again|retry|wait)(?:ing)?[^\d]{0,20}((?:\d+(?:\.\d+)?\s*(?:ms|h|m|s)[a-z]*[\s,]*)+)/i.exec(
    words,
  )?.[1];
  if (said === undefined) return null;
  let total = 0;
  for (const [, amount, unit] of said.matchAll(/(\d+(?:\.\d+)?)\s*(ms|h|m|s)/gi)) {
    const perUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit?.toLowerCase() ?? "s"] ?? 1000;
    total += Number(amount) * perUnit;
  }
  return total;
}
