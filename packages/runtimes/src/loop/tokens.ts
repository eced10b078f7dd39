/**
 * How long a text is to a model. Counting exactly needs each model's own tokenizer; four characters a token holds for
 * English prose, and a provider's own counts correct it upwards for everything denser (code, Chinese, Thai).
 */

/** Tokens of so many characters, by estimate. */
export function charsToTokens(chars: number): number {
  return Math.ceil(chars / 4);
}

export function tokensToChars(tokens: number): number {
  return Math.floor(tokens * 4);
}

/** The middle of a long text gives way to a marker, so that its start and its end are still there. */
export function shortenMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = Math.max(0, maxChars - 80);
  const head = text.slice(0, Math.ceil(kept * 0.6));
  const tail = kept === 0 ? "" : text.slice(-Math.floor(kept * 0.4) || text.length);
  // A pair of surrogates that the cut split is no character any provider takes.
  return `${head}\n[… ${text.length - kept} characters are left out here …]\n${tail}`.toWellFormed();
}
