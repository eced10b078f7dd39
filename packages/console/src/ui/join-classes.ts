/** Joins classes, or ids, to one attribute, without the missing ones. */
export function joinClasses(...words: readonly (string | undefined)[]): string | undefined {
  return words.filter(Boolean).join(" ") || undefined;
}
