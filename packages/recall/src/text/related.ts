/** Finds terms that may replace a term, from the word groups. */
import { stem } from "./stem.ts";
import { alike, members } from "./word-groups.ts";

/** How well one replaces the other; the word itself would be 1. */
const alikeWeight = 0.6;
const memberWeight = 0.4;

const none: ReadonlyMap<string, number> = new Map();

/** Returns terms that may replace this one, with how well: 1 would be the word itself. */
export function relatedTerms(term: string): ReadonlyMap<string, number> {
  return relatedByTerm.get(term) ?? none;
}

/** Returns a word of the groups with this stem, for people to read; the stem itself when there is none. */
export function wordOfStem(term: string): string {
  return wordByStem.get(term) ?? term;
}

const wordByStem: ReadonlyMap<string, string> = readWords();

function readWords(): Map<string, string> {
  const words = new Map<string, string>();
  for (const word of `${alike} ${members}`.split(/[\s:]+/).filter((each) => each !== "")) {
    const term = stem(word);
    const known = words.get(term);
    if (known === undefined || word.length < known.length) words.set(term, word);
  }
  return words;
}

const relatedByTerm: ReadonlyMap<string, ReadonlyMap<string, number>> = readGroups();

function readGroups(): Map<string, Map<string, number>> {
  const related = new Map<string, Map<string, number>>();
  const add = (from: string, to: string, weight: number) => {
    if (from === to) return;
    const known = related.get(from) ?? new Map<string, number>();
    known.set(to, Math.max(weight, known.get(to) ?? 0));
    related.set(from, known);
  };
  for (const line of alike.trim().split("\n")) {
    const terms = line.split(" ").map(stem);
    for (const from of terms) for (const to of terms) add(from, to, alikeWeight);
  }
  for (const line of members.trim().split("\n")) {
    const [kind = "", list = ""] = line.split(": ");
    for (const member of list.split(" ")) add(stem(kind), stem(member), memberWeight);
  }
  return related;
}
