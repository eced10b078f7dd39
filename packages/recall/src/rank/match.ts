/**
 * Measures how well each candidate's own terms fill the question's slots: the part of ranking that counts words. A slot
 * filled by a related word counts for less, and so does a common word; each repetition adds less.
 */
import type { Found } from "../index/find.ts";
import type { IndexedRow } from "../index/row.ts";
import type { Question, Slot } from "../query/question.ts";

export interface WeighedSlot extends Slot {
  /** How telling it is: higher the rarer it is among the rows. */
  readonly telling: number;
}

export interface RowMatch {
  readonly row: IndexedRow;
  /** By slot: how often its own term occurs. */
  readonly filled: Float64Array;
  /** By slot: how well a related term fills it where its own does not, 0 to 1. */
  readonly related: Float64Array;
  /** As BM25, over slots. */
  readonly score: number;
  readonly terms: readonly string[];
  /** True when any slot is filled. */
  readonly hasWords: boolean;
}

/** By term: the slots it fills, and how well; 1 for the slot's own term. */
export type SlotIndex = ReadonlyMap<string, readonly { readonly slot: number; readonly weight: number }[]>;

const k1 = 0.9;
const b = 0.4;

export function weighSlots(question: Question, found: Found): readonly WeighedSlot[] {
  const { rows } = found.state;
  return question.slots.map((slot) => {
    const own = found.frequency.get(slot.term) ?? 0;
    const related = [...slot.related.keys()].map((term) => found.frequency.get(term) ?? 0).filter((n) => n > 0);
    const frequency = own > 0 ? own : related.length > 0 ? Math.min(...related) : 0;
    const telling = frequency > 0 || slot.prefix ? Math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)) : 0;
    return { ...slot, telling: Math.max(0, telling) * slot.weight };
  });
}

export function indexSlots(slots: readonly WeighedSlot[]): SlotIndex {
  const index = new Map<string, { slot: number; weight: number }[]>();
  for (const [slot, { term, related }] of slots.entries()) {
    for (const [other, weight] of [[term, 1] as const, ...related]) {
      index.set(other, [...(index.get(other) ?? []), { slot, weight }]);
    }
  }
  return index;
}

/** Runs over every candidate and the lines beside it: one lookup a term. */
export function matchRow(
  row: IndexedRow,
  { slots, index, averageLength }: { slots: readonly WeighedSlot[]; index: SlotIndex; averageLength: number },
): RowMatch {
  const terms = row.terms === "" ? [] : row.terms.split(" ");
  const filled = new Float64Array(slots.length);
  const related = new Float64Array(slots.length);
  for (const term of terms) {
    const fills = index.get(term);
    if (fills === undefined) continue;
    for (const { slot, weight } of fills) {
      if (weight === 1) filled[slot] = (filled[slot] ?? 0) + 1;
      else related[slot] = Math.max(related[slot] ?? 0, weight);
    }
  }
  let score = 0;
  let hasWords = false;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    if (slot === undefined) continue;
    if (slot.prefix) filled[i] = terms.filter((term) => term.startsWith(slot.term)).length;
    const times = filled[i] ?? 0;
    hasWords ||= times > 0 || (related[i] ?? 0) > 0;
    if (times === 0) continue;
    related[i] = 0;
    score += slot.telling * saturate(times, terms.length, averageLength);
  }
  return { row, filled, related, score, terms, hasWords };
}

function saturate(count: number, length: number, averageLength: number): number {
  return (count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / Math.max(1, averageLength)));
}

/** Returns the term of the row that fills a slot best; null when none does. */
export function filledBy(match: RowMatch, slot: number, slots: readonly WeighedSlot[]): string | null {
  const asked = slots[slot];
  if (!asked) return null;
  if ((match.filled[slot] ?? 0) > 0) return asked.term;
  const best = match.related[slot] ?? 0;
  return best > 0 ? (match.terms.find((term) => asked.related.get(term) === best) ?? null) : null;
}
