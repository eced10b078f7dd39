/**
 * Cleans text so that every server accepts it: some refuse half characters and NUL, and a text of only spaces counts as
 * empty.
 */

export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}

/** Cleans a call's input in the same way, in names and in values. */
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
