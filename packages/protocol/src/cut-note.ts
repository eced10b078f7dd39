/**
 * An answer that reached a limit says so at its end, so that whoever reads it anywhere knows that it is not whole: another
 * bot, a channel, a search. Where people read it, the note is read back and shown as a mark.
 */

/** Stands at the end of an answer that was cut; null tokens when it was longer than any answer may be. */
export function cutNote(tokens: number | null): string {
  return tokens === null
    ? "[The answer was cut off here: it reached the maximum length.]"
    : `[The answer was cut off here, at ${tokens} tokens: it reached the limit for one answer.]`;
}

const atEnd = /(?:^|\n\n)\[The answer was cut off here(?:, at (\d+) tokens)?: it reached [a-z ]{1,60}\.\]$/;

/** The answer without its note, and at how many tokens it was cut; null for one that was not. */
export function readCutNote(text: string): { readonly text: string; readonly tokens: number | null } | null {
  const found = atEnd.exec(text);
  return found && { text: text.slice(0, found.index), tokens: found[1] === undefined ? null : Number(found[1]) };
}
