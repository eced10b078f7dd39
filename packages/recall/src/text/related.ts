/** What may stand for a term, read from the word groups. */
import { stem } from "./stem.ts";
import { alike, members } from "./word-groups.ts";

/** How well one fills the other's place; the word itself would be 1. */
const alikeWeight = 0.6;
const memberWeight = 0.4;

const none: ReadonlyMap<string, number> = new Map();

/** Terms that may stand for this one, with how well: 1 would be the word itself. */
export function relatedTerms(term: string): ReadonlyMap<string, number> {
  return relatedByTerm.get(term) ?? none;
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
