/** What a person wrote in this session before, for ↑ in an empty box: newest first, each text once. */
import type { Entry } from "@reef/protocol/entry";

const kept = 50;

export function sentTexts(entries: readonly Entry[]): readonly string[] {
  const texts = new Set<string>();
  for (const { kind, from, text } of entries.toReversed()) {
    // What is null was written before senders were kept; a schedule's words are a person's, said at another time.
    if (kind !== "person" || (from ?? { kind }).kind !== "person") continue;
    // A message of files alone has no words to bring back.
    if (text !== "") texts.add(text);
    if (texts.size === kept) break;
  }
  return [...texts];
}

/** The place in the history after a step; -1 is the box before it was recalled. Null when the arrow means the caret. */
export function stepInHistory(
  texts: readonly string[],
  { shown, at, step }: { readonly shown: string; readonly at: number; readonly step: 1 | -1 },
): number | null {
  // A text that was written or changed by hand belongs to the hand.
  const isRecalled = at >= 0 && texts[at] === shown;
  if (!isRecalled && (shown !== "" || step === -1)) return null;
  const next = (isRecalled ? at : -1) + step;
  return next < texts.length ? next : null;
}
