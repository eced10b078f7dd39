/**
 * Text as the words that a search compares: lower case, compatibility forms unified, accents removed. Scripts written
 * without spaces become overlapping pairs of letters, so that a part of a sentence is found in it. A word holds no
 * ASCII but letters and digits: nothing a person types can be an operator of a full-text query.
 */

const pieces = /[\p{L}\p{N}\p{M}]+|[\p{Extended_Pictographic}\p{Regional_Indicator}]/gu;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const runs =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Longer words are cut: nobody asks for the rest of an encoded blob. */
const maxWordLength = 40;

/** Of a text, this much is searched, in UTF-16 units. */
export const searchedLength = 100_000;

export interface TextWord {
  /** Of a script without spaces: one whole run, not yet cut into pairs. */
  readonly text: string;
  readonly isUnspaced: boolean;
  /** Where it stands in the original. */
  readonly from: number;
  readonly to: number;
}

/** Words in the order of the text. */
export function textToWords(text: string): readonly TextWord[] {
  const words: TextWord[] = [];
  for (const piece of text.slice(0, searchedLength).matchAll(pieces)) {
    if (!unspaced.test(piece[0])) {
      const folded = foldWord(piece[0]).slice(0, maxWordLength);
      if (folded !== "") {
        words.push({ text: folded, isUnspaced: false, from: piece.index, to: piece.index + piece[0].length });
      }
      continue;
    }
    for (const run of piece[0].matchAll(runs)) {
      const from = piece.index + run.index;
      const isUnspaced = unspaced.test(run[0]);
      const folded = foldWord(run[0]);
      const kept = isUnspaced ? folded : folded.slice(0, maxWordLength);
      if (kept !== "") words.push({ text: kept, isUnspaced, from, to: from + run[0].length });
    }
  }
  return words;
}

/** What an index stores of a word: itself, or its pairs in order and its last letter alone. */
export function wordToTerms({ text, isUnspaced }: Pick<TextWord, "text" | "isUnspaced">): readonly string[] {
  if (!isUnspaced) return [text];
  const letters = [...text];
  return letters.map((letter, at) => letter + (letters[at + 1] ?? ""));
}

export function foldWord(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}]/gu, "");
}
