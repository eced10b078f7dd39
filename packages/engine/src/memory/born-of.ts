/**
 * ME5: decides whether words were taken from others. A model that repeats a page makes its words the bot's own; word
 * runs that both share reveal that. A paraphrase is not detected, so callers are strict elsewhere as well.
 */

const run = 3;

/**
 * Returns the share of `text`'s runs of three words that occur in one of `others`; compares all words if it has at most
 * three.
 */
export function sharedWith(text: string, others: readonly string[]): number {
  const words = wordsOf(text);
  if (words.length === 0 || others.length === 0) return 0;
  const known = new Set(others.flatMap((other) => runsOf(wordsOf(other), Math.min(run, words.length))));
  const runs = runsOf(words, Math.min(run, words.length));
  return runs.filter((each) => known.has(each)).length / runs.length;
}

/** From this share on, words count as taken. */
export const bornShare = 0.4;

/** True if the text is long enough to be compared by its runs of words. */
export function isTelling(text: string): boolean {
  return wordsOf(text).length > run;
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function runsOf(words: readonly string[], length: number): string[] {
  return words.slice(length - 1).map((_, at) => words.slice(at, at + length).join(" "));
}
