/**
 * Makes facts and questions that share no whole word: a question has one half of a compound, a word with another
 * beginning, or one with a typing error in its first letters. The vocabulary is made up, so that no list of words can
 * help.
 */
import type { RecallRow } from "@reef/engine/port/recall";
import { createRandom, wordOf } from "./speech.ts";

export interface Paraphrase {
  readonly text: string;
  readonly relevant: string;
}

const prefixes = ["over", "ge", "un", "anti", "vor"] as const;
const filler = ["harbour", "ledger", "meeting", "winter", "garden", "letter", "kitchen", "train"] as const;

export function makeParaphrases(seed: number): {
  readonly rows: readonly RecallRow[];
  readonly questions: readonly Paraphrase[];
} {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const stem = () => wordOf(6_000 + Math.floor(random() * 200_000)).replace(/\d+/g, "");
  const rows: RecallRow[] = [];
  const questions: Paraphrase[] = [];
  for (let i = 0; i < 400; i++) {
    const [first, second] = [stem(), stem()];
    const id = `f${i}`;
    rows.push({
      id,
      kind: "fact",
      text: `The ${first}${second} was at the ${pick(filler)} after the ${pick(filler)}.`,
    });
    if (i % 4 !== 0) continue;
    const asked = [second, `${pick(prefixes)}${first}${second}`, slip(`${first}${second}`, random)];
    questions.push({ text: `Is there a ${pick(asked)}?`, relevant: id });
  }
  return { rows, questions };
}

/** Swaps two of the first four letters. */
function slip(word: string, random: () => number): string {
  const at = Math.floor(random() * 3);
  return word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2);
}
