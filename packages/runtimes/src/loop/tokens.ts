/**
 * Estimates how many tokens a text has. Counting exactly needs each model's own tokenizer; four characters a token
 * holds for English prose, and a provider's own counts correct it upwards for everything denser (code, Chinese, Thai).
 */

/** Estimates the tokens of this many characters. */
export function charsToTokens(chars: number): number {
  return Math.ceil(chars / 4);
}

export function tokensToChars(tokens: number): number {
  return Math.floor(tokens * 4);
}

/** Replaces the middle of a long text by a marker, and keeps its start and its end. */
export function shortenMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = Math.max(0, maxChars - 80);
  const head = text.slice(0, Math.ceil(kept * 0.6));
  const tail = kept === 0 ? "" : text.slice(-Math.floor(kept * 0.4) || text.length);
  // Half of a surrogate pair is not a character that any provider accepts.
  return `${head}\n[… ${text.length - kept} characters are left out here …]\n${tail}`.toWellFormed();
}
