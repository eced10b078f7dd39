/** Classes, or ids, as one attribute: those that are there, with a space between. */
export function joinClasses(...words: readonly (string | undefined)[]): string | undefined {
  return words.filter(Boolean).join(" ") || undefined;
}
