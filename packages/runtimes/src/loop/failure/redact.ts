/**
 * Words of a server without what must not be seen (SE5): our keys in any encoding they may be echoed in, and whatever else
 * looks like one. In one line, and short.
 */
import { type ModelChoice, secretsOf } from "../models.ts";
import { formsOfSecret } from "../provider/list/strike-secrets.ts";

const mostChars = 400;

export function redact(text: string, { provider }: Pick<ModelChoice, "provider">): string {
  let clean = text;
  for (const secret of secretsOf(provider).flatMap(formsOf)) clean = clean.replaceAll(secret, "[key]");
  clean = clean
    .replace(/\bBearer\s+[^\s"',;]+/gi, "Bearer [key]")
    .replace(/\b(?:sk|pk|rk|gsk|xai|key|api|token)[-_][\w*.…-]{6,}/gi, (word) => (looksLikeKey(word) ? "[key]" : word))
    .replace(/\bAIza[\w-]{20,}/g, "[key]")
    .replace(/([?&](?:api[-_]?key|key|token)=)[^&\s"]+/gi, "$1[key]")
    .replace(/\/\/[^/@\s]+@/g, "//")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return clean.length <= mostChars ? clean : `${clean.slice(0, mostChars - 1)}…`.toWellFormed();
}

/** As it is, without `Bearer`, and as URLs, JSON, base64 and hex write it; the longest first. */
function formsOf(secret: string): readonly string[] {
  const bare = secret.replace(/^(Bearer|Basic|Token)\s+/i, "");
  const forms = [secret, bare].flatMap(formsOfSecret);
  return [...new Set(forms)].filter((form) => form.length >= 4).sort((one, other) => other.length - one.length);
}

/** `token_limit_exceeded` is a word, `sk-proj-4f9a…` is none. */
function looksLikeKey(word: string): boolean {
  return /[\d*…]/.test(word) || (word.length >= 24 && !/_/.test(word));
}
