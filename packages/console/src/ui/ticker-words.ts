/**
 * The newest words of a text that is being written, cut at whole words: one line after another, each until it is full, so
 * that a glance finds words that stand still. An ellipsis at its right says that it goes on.
 */

/** At most `length` characters of words, and the ellipsis; null while there is no word. */
export function tickerWords(text: string, length: number): string | null {
  // The end of a long text is all that is looked at; where its lines begin must not move with every word.
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
