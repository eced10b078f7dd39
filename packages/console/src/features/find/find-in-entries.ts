/**
 * Finds the entries of a transcript that contain some words, and the next one in a direction. Pure, so that it runs on
 * any page.
 */
import type { Entry } from "@reef/protocol/entry";
import { foldText } from "@reef/protocol/fold-text";

/** Folds the query as the texts are folded; empty when there is nothing to look for. */
export function foldQuery(query: string): string {
  return foldText(query.trim());
}

/** Returns the numbers of the entries that contain the words, ascending. */
export function findInEntries(entries: readonly Entry[], folded: string): readonly number[] {
  if (folded === "") return [];
  return entries.filter((entry) => holds(entry, folded)).map(({ seq }) => seq);
}

/** Returns the hit before or after a place, wrapping at the ends; null without hits. */
export function nextHit(
  hits: readonly number[],
  { from, step }: { readonly from: number | null; readonly step: -1 | 1 },
): number | null {
  if (step === -1) return hits.findLast((seq) => from === null || seq < from) ?? hits.at(-1) ?? null;
  return hits.find((seq) => from === null || seq > from) ?? hits[0] ?? null;
}

function holds({ text, tool }: Entry, folded: string): boolean {
  if (foldText(text).includes(folded)) return true;
  if (tool === null) return false;
  return foldText(`${tool.name} ${valuesOf(tool.input)}`).includes(folded);
}

/** Returns the words of an input as they are shown, without JSON's escapes for line ends. */
function valuesOf(input: unknown): string {
  if (typeof input === "string") return input;
  if (typeof input !== "object" || input === null) return input === undefined ? "" : String(input);
  return Object.values(input)
    .map((value) => valuesOf(value))
    .join(" ");
}
