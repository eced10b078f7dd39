/** Makes up talk from a seed: words with the frequencies of a language, names, sessions of twenty lines. */
import type { RecallRow } from "@reef/engine/port/recall";

export type Random = () => number;

/** Creates mulberry32: 0 to 1, the same for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const starts = "b br c ch d dr f fl g gr h j k l m n p pl qu r s sh st t th tr v w".split(" ");
const middles = "a ai e ea i o oo u ou".split(" ");
const ends = "b ck d ft g l ll m mp n nd ng p r rd rm s sk st t tch th x".split(" ");

/** Returns the n-th word of a made-up vocabulary; small numbers are short words. */
export function wordOf(n: number): string {
  const pick = (list: readonly string[], i: number) => list[i % list.length] ?? "";
  const first = pick(starts, n) + pick(middles, Math.floor(n / 28)) + pick(ends, Math.floor(n / 252));
  const rest = Math.floor(n / 5_544);
  return rest === 0 ? first : first + pick(middles, rest) + pick(ends, Math.floor(rest / 9)) + (rest > 190 ? rest : "");
}

/** Picks a word number by Zipf's law, from a vocabulary of this size. */
export function pickWord(random: Random, vocabulary: number): number {
  return Math.floor((vocabulary + 1) ** random()) - 1;
}

const names = "Ada Bruno Carla Deniz Elif Farid Greta Hugo Ines Jonas".split(" ");

/**
 * Returns line `i` of an endless archive: `words` words of talk, twenty lines to a conversation, an hour between two of
 * them.
 */
export function makeLine(
  i: number,
  { random, vocabulary, words }: { random: Random; vocabulary: number; words: number },
): RecallRow {
  const text = Array.from({ length: words }, () => wordOf(pickWord(random, vocabulary))).join(" ");
  const conversation = Math.floor(i / 20);
  return {
    id: `mem_${i.toString(16).padStart(8, "0")}-0000-7000-8000-000000000000`,
    kind: "entry",
    text,
    speaker: names[(conversation + (i % 2) * 3) % names.length] ?? "Ada",
    occurredAt: new Date(Date.UTC(2024, 0, 1) + conversation * 3_600_000).toISOString(),
    conversation: `ses_${conversation}`,
    seq: (i % 20) + 1,
  };
}
