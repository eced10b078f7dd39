/**
 * Finds the files in a paste. Cells and rich text are copied with a picture of themselves, but the person wants the
 * text.
 */

export function pastedFiles({
  files,
  types,
}: {
  readonly files: Iterable<File>;
  readonly types: readonly string[];
}): readonly File[] {
  const given = [...files];
  const hasWords = types.includes("text/plain") && types.includes("text/html");
  return hasWords && given.every(({ type }) => type.startsWith("image/")) ? [] : given;
}
