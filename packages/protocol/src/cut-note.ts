/**
 * Marks an answer that reached a limit at its end, so that every reader knows that it is incomplete: another bot, a
 * channel, a search. For people, the note is read back and shown as a mark.
 */

/** Returns the note for the end of a cut answer; null tokens if it was longer than any answer may be. */
export function cutNote(tokens: number | null): string {
  return tokens === null
    ? "[The answer was cut off here: it reached the maximum length.]"
    : `[The answer was cut off here, at ${tokens} tokens: it reached the limit for one answer.]`;
}

const atEnd = /(?:^|\n\n)\[The answer was cut off here(?:, at (\d+) tokens)?: it reached [a-z ]{1,60}\.\]$/;

/** Returns the answer without its note, and the number of tokens at which it was cut; null if it was not cut. */
export function readCutNote(text: string): { readonly text: string; readonly tokens: number | null } | null {
  const found = atEnd.exec(text);
  return found && { text: text.slice(0, found.index), tokens: found[1] === undefined ? null : Number(found[1]) };
}
