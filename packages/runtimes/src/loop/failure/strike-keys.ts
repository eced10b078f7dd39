/**
 * Removes our keys from the beginning of a server's text (SE5). A server may repeat a key whole or in parts, in another
 * case, broken over lines, or encoded as in URLs, JSON, base64 and hex, so every longer run of a key's characters is
 * removed. Headers that a person set may have ordinary words: only those with a name that says they are secret are
 * removed in parts.
 */
import type { ProviderSettings } from "../settings.ts";

type Keys = Pick<ProviderSettings, "apiKey" | "headers">;

const leastChars = 4;
/** The part of the text that is used; the rest is never shown. */
const mostTextChars = 20_000;
/** From this length on, a part of a key is secret too. */
const longKey = 16;
const partChars = 8;
/** An encoded key looks like anything, so a longer part must match. */
const encodedPartChars = 12;
const secretName = /auth|key|token|secret|cookie|password/i;

export function strikeKeys(text: string, { apiKey, headers = {} }: Keys): string {
  const keys = [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...Object.entries(headers).flatMap(([name, value]) => (secretName.test(name) ? [value] : [])),
  ].map((key) => key.replace(/^(Bearer|Basic|Token)\s+/i, ""));
  const whole = [...keys, ...Object.values(headers)].filter(({ length }) => length >= leastChars).flatMap(wholeForms);
  let clean = text.slice(0, mostTextChars);
  for (const form of whole.sort((one, other) => other.length - one.length)) clean = clean.replaceAll(form, "[key]");
  const parts = new Set(keys.filter(({ length }) => length >= longKey).flatMap(partsOf));
  return parts.size === 0 ? clean : strikeParts(clean, parts);
}

/** Returns the key as it is, and as URLs, JSON, base64 and hex write it. */
export function wholeForms(key: string): readonly string[] {
  const bytes = Buffer.from(key);
  const base64 = bytes.toString("base64");
  const written = [key, encodeURIComponent(key.toWellFormed()), JSON.stringify(key).slice(1, -1)];
  return [...written, base64, base64.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")];
}

function partsOf(key: string): readonly string[] {
  return [
    ...[key, encodeURIComponent(key.toWellFormed())].flatMap((form) => runsOf(form, partChars)),
    ...encodedForms(key).flatMap((form) => runsOf(form, encodedPartChars)),
  ];
}

/** What is before a key shifts its base64, in one of three ways. */
function encodedForms(key: string): readonly string[] {
  const shifted = [0, 1, 2].flatMap((pad) => {
    const bytes = Buffer.concat([Buffer.alloc(pad), Buffer.from(key)]);
    return [bytes.toString("base64"), bytes.toString("base64url")].map((form) => form.slice(pad + 1));
  });
  return [...shifted, Buffer.from(key).toString("hex")];
}

function runsOf(form: string, length: number): readonly string[] {
  const lower = form.toLowerCase().replace(/\s/g, "");
  return Array.from({ length: Math.max(0, lower.length - length + 1) }, (_, at) => lower.slice(at, at + length));
}

/** White space within a key does not hide it. */
function strikeParts(text: string, parts: ReadonlySet<string>): string {
  const places = [...text.matchAll(/\S/g)].map(({ index }) => index);
  const lower = places.map((at) => (text[at] ?? "").toLowerCase().slice(0, 1)).join("");
  const struck: { from: number; to: number }[] = [];
  for (let at = 0; at + partChars <= lower.length; at += 1) {
    const length = [encodedPartChars, partChars].find((each) => parts.has(lower.slice(at, at + each)));
    if (length === undefined) continue;
    const from = places[at] ?? 0;
    const to = (places[Math.min(at + length, places.length) - 1] ?? from) + 1;
    const last = struck.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else struck.push({ from, to });
  }
  return struck.reduceRight((clean, { from, to }) => `${clean.slice(0, from)}[key]${clean.slice(to)}`, text);
}
