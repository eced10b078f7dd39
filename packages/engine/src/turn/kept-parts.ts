/**
 * Bounds what is kept beside an answer's text (PR1): the model's reasoning, and opaque data for its provider. Both come
 * from outside. Opaque data is kept as JSON, so that a turn resumed after a restart sends the same as one that never
 * stopped.
 */

/** The most reasoning that is kept, in UTF-16 units. */
const maxReasoning = 200_000;
/** The most that is kept for the provider with one entry, in UTF-16 units of its JSON. */
const maxOpaque = 1_000_000;

/** Cuts reasoning that is too long and says so; returns undefined for nothing but spaces. */
export function keptReasoning(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  if (text.length <= maxReasoning) return text.toWellFormed();
  const marker = `\n… (cut: ${text.length} characters in all)`;
  return text.slice(0, maxReasoning - marker.length).toWellFormed() + marker;
}

/** Returns undefined if it is too large or is no JSON: the next request goes out without it. */
export function keptOpaque(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  try {
    const json = JSON.stringify(value);
    return json === undefined || json.length > maxOpaque ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
