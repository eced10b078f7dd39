/**
 * For each mark of emphasis, and for each address, the parser of Markdown looks at the rest of its paragraph again: a paragraph
 * of 80,000 letters that is full of them stops the page for 13 seconds. Such a text is told by its counts, in one pass, code
 * included: what is code and what is not would have to be read as exactly as the parser reads it.
 */

/** Marks times letters, summed over paragraphs; about half a second. */
const most = 150_000_000;
/** Before a line's end, spaces are looked at again from each of them. */
const mostSpaces = 2_000;

export function isCostly(text: string): boolean {
  if (text.length * text.length < most) return false;
  let cost = 0;
  let marks = 0;
  let length = 0;
  for (const line of text.split("\n")) {
    if ((line.match(/[ \t]{2,}/g) ?? []).some((spaces) => spaces.length > mostSpaces)) return true;
    // Only these begin something new, wherever they stand.
    if (/^\s*$|^ {0,3}(?:[-*+]|#{1,6}) +\S/.test(line)) {
      cost += marks * length;
      marks = 0;
      length = 0;
    }
    // A line of dashes may make a heading of all that is above it.
    marks += (line.match(/[_*~@]|^ {0,3}[-=]+ *$/g) ?? []).length;
    length += line.length + 1;
  }
  return cost + marks * length > most;
}
