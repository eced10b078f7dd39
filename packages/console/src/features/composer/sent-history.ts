/** Lists what a person wrote in this session before, for ↑ in an empty box: newest first, each text once. */
import type { Entry } from "@reef/protocol/entry";

const kept = 50;

export function sentTexts(entries: readonly Entry[]): readonly string[] {
  const texts = new Set<string>();
  for (const { kind, from, text } of entries.toReversed()) {
    // `from` is null in entries older than senders; a schedule's words count as a person's but were not typed here.
    if (kind !== "person" || (from ?? { kind }).kind !== "person") continue;
    // A message of files alone has no text to recall.
    if (text !== "") texts.add(text);
    if (texts.size === kept) break;
  }
  return [...texts];
}

/**
 * Returns the position in the history after a step; -1 is the text before recalling. Null when the arrow should move
 * the caret.
 */
export function stepInHistory(
  texts: readonly string[],
  { shown, at, step }: { readonly shown: string; readonly at: number; readonly step: 1 | -1 },
): number | null {
  // A text that was written or edited by hand is not replaced.
  const isRecalled = at >= 0 && texts[at] === shown;
  if (!isRecalled && (shown !== "" || step === -1)) return null;
  const next = (isRecalled ? at : -1) + step;
  return next < texts.length ? next : null;
}
