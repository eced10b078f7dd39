/**
 * Recognises texts that would stop the page: for each mark of emphasis, and for each address, the Markdown parser scans the
 * rest of its paragraph again, and a paragraph of 80,000 letters full of them takes 13 seconds. It only counts, in one pass,
 * code included: telling code from text would need as exact a reading as the parser's.
 */

/** Marks times letters, summed over paragraphs; about half a second. */
const most = 150_000_000;
/** Limit of spaces before a line's end, because the parser scans again from each of them. */
const mostSpaces = 2_000;

export function isCostly(text: string): boolean {
  if (text.length * text.length < most) return false;
  let cost = 0;
  let marks = 0;
  let length = 0;
  for (const line of text.split("\n")) {
    if ((line.match(/[ \t]{2,}/g) ?? []).some((spaces) => spaces.length > mostSpaces)) return true;
    // Only these begin a new block wherever they are.
    if (/^\s*$|^ {0,3}(?:[-*+]|#{1,6}) +\S/.test(line)) {
      cost += marks * length;
      marks = 0;
      length = 0;
    }
    // A line of dashes may make everything above it a heading.
    marks += (line.match(/[_*~@]|^ {0,3}[-=]+ *$/g) ?? []).length;
    length += line.length + 1;
  }
  return cost + marks * length > most;
}
