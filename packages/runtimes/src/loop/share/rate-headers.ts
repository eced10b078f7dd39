/**
 * Reads what a provider says of its limits beside an answer: how many requests and tokens are left, and when they are
 * back. Every server may say anything, so what cannot be a count or a time is ignored.
 */

export interface ToldRate {
  /** Null if it was not said. */
  readonly limit: number | null;
  readonly remaining: number;
  /** How long until all of it is back, in milliseconds. */
  readonly resetMs: number;
}

export interface ToldRates {
  readonly requests: ToldRate | null;
  readonly tokens: ToldRate | null;
}

/** A longer time cannot be meant. */
const nonsenseMs = 31 * 86_400_000;
const mostCount = 1e12;

/** Returns null if the headers say nothing of limits. `nowMs` is needed for a date. */
export function readRates(headers: Headers, nowMs: number): ToldRates | null {
  const read = (names: readonly string[]) => readRate(headers, names, nowMs);
  const openAi = (what: string) => ["limit", "remaining", "reset"].map((part) => `x-ratelimit-${part}-${what}`);
  const anthropic = (what: string) =>
    ["limit", "remaining", "reset"].map((part) => `anthropic-ratelimit-${what}-${part}`);
  const plain = (prefix: string) => ["limit", "remaining", "reset"].map((part) => `${prefix}ratelimit-${part}`);
  const requests = read(openAi("requests")) ?? read(anthropic("requests")) ?? read(plain("x-")) ?? read(plain(""));
  const tokens = read(openAi("tokens")) ?? scarcest(read(anthropic("tokens")), read(anthropic("input-tokens")));
  return requests === null && tokens === null ? null : { requests, tokens };
}

function readRate(headers: Headers, [limit = "", remaining = "", reset = ""]: readonly string[], nowMs: number) {
  const left = readCount(headers.get(remaining));
  const resetMs = readReset(headers.get(reset), nowMs);
  if (left === null || resetMs === null) return null;
  const all = readCount(headers.get(limit));
  const isLimit = all !== null && all > 0 && left <= all;
  return { limit: isLimit ? all : null, remaining: left, resetMs };
}

function scarcest(one: ToldRate | null, other: ToldRate | null): ToldRate | null {
  if (one === null || other === null) return one ?? other;
  return other.remaining < one.remaining ? other : one;
}

function readCount(value: string | null): number | null {
  if (value === null || !/^\s*\d{1,15}(\.\d+)?\s*$/.test(value)) return null;
  const count = Number(value);
  return count <= mostCount ? count : null;
}

/** Reads `1s`, `6m0s`, `17ms`, seconds, a Unix time, and a date. */
function readReset(value: string | null, nowMs: number): number | null {
  const words = value?.trim().slice(0, 60) ?? "";
  const ms = readPlain(words, nowMs) ?? readDuration(words) ?? readDate(words, nowMs);
  return ms === null || ms > nonsenseMs ? null : Math.max(0, ms);
}

function readPlain(words: string, nowMs: number): number | null {
  if (!/^\d+(\.\d+)?$/.test(words)) return null;
  const number = Number(words);
  if (number >= 1e11) return number - nowMs;
  return number >= 1e9 ? number * 1000 - nowMs : number * 1000;
}

function readDuration(words: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(words)) return null;
  const perUnit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  let total = 0;
  for (const [, amount, unit = "s"] of words.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)) {
    total += Number(amount) * (perUnit[unit] ?? 1_000);
  }
  return total;
}

function readDate(words: string, nowMs: number): number | null {
  if (!/^\d{4}-\d\d-\d\dT/.test(words)) return null;
  const at = Date.parse(words);
  return Number.isNaN(at) ? null : at - nowMs;
}
