/** Text that every server takes: some refuse halves of characters and NUL, and a text of nothing but spaces is none. */

export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}

/** The same within a call's input, in names and in values. */
export function cleanJson(value: unknown): unknown {
  const json = JSON.stringify(value, (_, part: unknown) => (isRecord(part) ? withCleanKeys(part) : cleanValue(part)));
  return json === undefined ? {} : (JSON.parse(json) as unknown);
}

function cleanValue(value: unknown): unknown {
  return typeof value === "string" ? cleanText(value) : value;
}

function withCleanKeys(record: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(record);
  if (keys.every((key) => cleanText(key) === key)) return record;
  return Object.fromEntries(keys.map((key) => [cleanText(key), record[key]]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
