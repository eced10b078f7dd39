/** Words that stand for each other in everyday speech, by their terms. */
const none: ReadonlyMap<string, number> = new Map();

/** Terms that may stand for this one, with how well: 1 would be the word itself. */
export function relatedTerms(term: string): ReadonlyMap<string, number> {
  return relatedByTerm.get(term) ?? none;
}

const relatedByTerm: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map();
