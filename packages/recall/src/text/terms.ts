/**
 * Text to terms: what the index stores and a question is matched by. Lower case, accents removed, English stemmed and
 * freed of stop-words; scripts written without spaces become overlapping pairs of letters; a symbol such as an emoji
 * is a term of its own. A term holds no ASCII but letters and digits, so that it can stand in a full-text query.
 */
import { stem } from "./stem.ts";
import { stopWords } from "./stop-words.ts";

const pieces = /[\p{L}\p{N}\p{M}]+|[\p{Extended_Pictographic}\p{Regional_Indicator}]/gu;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const runs =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Longer words are cut: nobody asks for the rest of an encoded blob. */
const maxWordLength = 40;

export interface Word {
  /** As it stands in the text, but in lower case and without accents. */
  readonly plain: string;
  readonly term: string;
  /** It began with a capital. */
  readonly capital: boolean;
  /** Its place among all words of the text, stop-words counted. */
  readonly at: number;
}

/** The words of a text in order, without stop-words. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  for (const [piece] of foldContractions(text).matchAll(pieces)) {
    const plain = fold(piece).slice(0, maxWordLength);
    at++;
    if (unspaced.test(plain)) {
      for (const term of pairs(plain)) words.push({ plain: term, term, capital: false, at: at++ });
    } else if (plain !== "" && !stopWords.has(plain)) {
      words.push({ plain, term: stem(plain), capital: /^\p{Lu}/u.test(piece), at });
    }
  }
  return words;
}

export function termsOf(text: string): readonly string[] {
  return wordsOf(text).map(({ term }) => term);
}

/** Lower case, compatibility forms unified, accents removed. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}]/gu, "");
}

function foldContractions(text: string): string {
  return text.replace(/(\p{L})['’](?:s|t|re|ve|ll|d|m)\b/giu, "$1");
}

/**
 * "東京都" becomes 東京, 京都, 都: the last letter stands alone, so that every letter begins some term and a question of
 * one letter is a prefix search.
 */
function pairs(text: string): readonly string[] {
  return [...text.matchAll(runs)].flatMap(([run]) => {
    if (!unspaced.test(run)) return [stem(run)];
    const letters = [...run];
    return letters.map((letter, i) => letter + (letters[i + 1] ?? ""));
  });
}
