/**
 * What comes beside an answer's words and is kept with them (PR1): what the model thought, and what its provider wants back.
 * Both come from outside, so both are bounded. What is opaque is kept as JSON: a turn that goes on after a restart sends
 * what one that went straight on sends.
 */

/** Longest reasoning that is kept, in UTF-16 units. */
const maxReasoning = 200_000;
/** Most that is kept for the provider with one entry, in UTF-16 units of its JSON. */
const maxOpaque = 1_000_000;

/** The beginning of what is too long, with a word that it was cut; undefined for nothing but spaces. */
export function keptReasoning(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  if (text.length <= maxReasoning) return text.toWellFormed();
  const marker = `\n… (cut: ${text.length} characters in all)`;
  return text.slice(0, maxReasoning - marker.length).toWellFormed() + marker;
}

/** Undefined for what is too large or is no JSON: the next request goes out without it. */
export function keptOpaque(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  try {
    const json = JSON.stringify(value);
    return json === undefined || json.length > maxOpaque ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
