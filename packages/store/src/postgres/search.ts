/**
 * Finds entries by their words, which their rows hold (ME9). The index knows which words occur, not where: a question
 * with words that must be side by side is decided by the texts of what it names.
 */
import { type AskedWord, matchText } from "@reef/engine/search/question";
import { wordToTerms } from "@reef/protocol/words";
import type { FindRequest, Found } from "../search/search-index.ts";
import { entryToSearched } from "../search/terms.ts";
import type { EntryRow } from "../tables.ts";
import { type Query, queryOf } from "./prepared.ts";

type Send = <Row>(query: Query) => Promise<readonly Row[]>;
type Candidate = Pick<EntryRow, "text" | "attachments"> & { readonly n: number };

const named = "select n from entries where terms @@ $1::tsquery and n < $2 order by n desc limit $3";
const withTexts =
  "select n, text, attachments from entries where terms @@ $1::tsquery and n < $2 order by n desc limit $3";
/** How many texts are read in one go. */
const textsMax = 50;
/** Most texts that one page reads: a question that fits hardly any of them ends there, and says so. */
const readMax = 2_000;

export async function findEntries(send: Send, { words, before, limit }: FindRequest): Promise<Found> {
  const question = wordsToQuestion(words);
  if (question === "") return { rows: [], isComplete: true };
  if (words.every(({ isJoined, isUnspaced }) => !isJoined && !isUnspaced)) {
    const rows = await send<{ n: number }>(queryOf(named, [question, before, limit]));
    return { rows: rows.map(({ n }) => n), isComplete: true };
  }
  const found: number[] = [];
  let from = before;
  for (let count = 0; count < readMax; count += textsMax) {
    const some = await send<Candidate>(queryOf(withTexts, [question, from, textsMax]));
    for (const row of some) {
      if (matchText(entryToSearched(row), words) === null) continue;
      found.push(row.n);
      if (found.length === limit) return { rows: found, isComplete: true };
    }
    const last = some.at(-1);
    if (last === undefined || some.length < textsMax) return { rows: found, isComplete: true };
    from = last.n;
  }
  return { rows: found, isComplete: false };
}

/** Every word must occur. Words are letters and digits, in quotes: none is an operator. */
function wordsToQuestion(words: readonly AskedWord[]): string {
  const terms = words.flatMap((word) => {
    const texts = word.isUnspaced && !word.isBeginning ? pairsOf(word) : [word.text];
    return texts.map(
      (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'${word.isBeginning ? ":*" : ""}`,
    );
  });
  return terms.join(" & ");
}

function pairsOf(word: AskedWord): readonly string[] {
  const pairs = wordToTerms(word).slice(0, -1);
  return pairs.length === 0 ? [word.text] : pairs;
}
