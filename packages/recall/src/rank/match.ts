/**
 * How well each candidate's own terms fill the question's slots: the part of ranking that counts words. A slot filled
 * by a related word counts for less; a common word counts for less; much of the same counts ever less.
 */
import type { Found } from "../index/find.ts";
import type { IndexedRow } from "../index/row.ts";
import type { Question, Slot } from "../query/question.ts";

export interface WeighedSlot extends Slot {
  /** How telling it is: the rarer among the rows, the more. */
  readonly telling: number;
}

export interface RowMatch {
  readonly row: IndexedRow;
  /** By slot: 0, or how often and how well it is filled. */
  readonly filled: readonly number[];
  /** The term that filled it best. */
  readonly by: readonly (string | null)[];
  /** As BM25, over slots. */
  readonly score: number;
  readonly terms: readonly string[];
}

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

export function matchRow(row: IndexedRow, slots: readonly WeighedSlot[], averageLength: number): RowMatch {
  const terms = row.terms === "" ? [] : row.terms.split(" ");
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const filled: number[] = [];
  const by: (string | null)[] = [];
  let score = 0;
  for (const slot of slots) {
    const best = bestFill(slot, counts, terms);
    filled.push(best.value);
    by.push(best.term);
    if (best.value > 0) score += slot.telling * saturate(best.value, terms.length, averageLength);
  }
  return { row, filled, by, score, terms };
}

export function saturate(count: number, length: number, averageLength: number): number {
  return (count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / Math.max(1, averageLength)));
}

function bestFill(slot: Slot, counts: ReadonlyMap<string, number>, terms: readonly string[]) {
  const own = slot.prefix ? terms.filter((term) => term.startsWith(slot.term)).length : (counts.get(slot.term) ?? 0);
  let best: { value: number; term: string | null } = { value: own, term: own > 0 ? slot.term : null };
  for (const [term, weight] of slot.related) {
    const value = (counts.get(term) ?? 0) > 0 ? weight : 0;
    if (value > best.value) best = { value, term };
  }
  return best;
}
