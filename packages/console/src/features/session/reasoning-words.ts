/** Extracts the first words of what a model thought. */

/** Returns one line of plain words: the marks of Markdown would appear as they are. */
export function reasoningWords(text: string): string {
  return text
    .slice(0, 400)
    .replace(/[*_`#>]+/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 160);
}
