/**
 * A long text cut between words, with an ellipsis; never inside a letter. A few words more than `length` are not worth a
 * press, so such a text stays whole.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length * 1.25) return text;
  const start = text.slice(0, length);
  const space = Math.max(start.lastIndexOf(" "), start.lastIndexOf("\n"));
  const cut = space > length * 0.6 ? start.slice(0, space) : start.replace(/[\ud800-\udbff]$/, "");
  return `${cut.trimEnd()}…`;
}
