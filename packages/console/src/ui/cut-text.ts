/**
 * Cuts a long text between words, with an ellipsis; never inside a letter. A text only a few words longer than `length`
 * stays whole, because those are not worth a press.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length * 1.25) return text;
  const start = text.slice(0, length);
  const space = Math.max(start.lastIndexOf(" "), start.lastIndexOf("\n"));
  const cut = space > length * 0.6 ? start.slice(0, space) : start.replace(/[\ud800-\udbff]$/, "");
  return `${cut.trimEnd()}…`;
}
