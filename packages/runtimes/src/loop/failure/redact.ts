/**
 * Removes secrets from a server's words (SE5): our keys in any encoding in which they may be echoed, and anything else
 * that looks like one. Returns one short line.
 */
import type { ModelChoice } from "../models.ts";
import { strikeKeys } from "./strike-keys.ts";

const mostChars = 400;

export function redact(text: string, { provider }: Pick<ModelChoice, "provider">): string {
  const clean = strikeKeys(text, provider)
    .replace(/\bBearer\s+[^\s"',;]+/gi, "Bearer [key]")
    .replace(/\b(?:sk|pk|rk|gsk|xai|key|api|token)[-_][\w*.…-]{6,}/gi, (word) => (looksLikeKey(word) ? "[key]" : word))
    .replace(/\bAIza[\w-]{20,}/g, "[key]")
    .replace(/([?&](?:api[-_]?key|key|token)=)[^&\s"]+/gi, "$1[key]")
    .replace(/\/\/[^/@\s]+@/g, "//")
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .trim();
  return clean.length <= mostChars ? clean : `${clean.slice(0, mostChars - 1)}…`.toWellFormed();
}

/** `token_limit_exceeded` is a word, `sk-proj-4f9a…` is not. */
function looksLikeKey(word: string): boolean {
  return /[\d*…]/.test(word) || (word.length >= 24 && !/_/.test(word));
}
