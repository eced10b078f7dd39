/**
 * Shows the newest words of a growing text, cut at whole words: one line after another, each until it is full, so that a
 * glance finds words that stay in place. An ellipsis at the right says that it continues.
 */

/** Returns at most `length` characters of words, and the ellipsis; null while there is no word. */
export function tickerWords(text: string, length: number): string | null {
  // Only the end of a long text is read; the beginnings of its lines must not move with every word.
  const from = Math.max(0, Math.floor(text.length / tailStep) - 1) * tailStep;
  const words = text.slice(from).split(/\s+/).filter(Boolean);
  if (from > 0) words.shift(); // may have been cut
  let line = "";
  for (const word of words) {
    const next = line === "" ? word : `${line} ${word}`;
    line = next.length <= length ? next : word.length <= length ? word : `${word.slice(0, length - 1)}`;
  }
  return line === "" ? null : `${line} …`;
}

const tailStep = 400;
