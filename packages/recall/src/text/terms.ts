/**
 * Splits text into terms, which the index stores and a question is matched by. The words are those of every search,
 * with English stemmed and freed of stop-words; scripts written without spaces become overlapping pairs of letters; a
 * symbol such as an emoji is a term of its own. The only ASCII in a term is letters and digits, so it is safe in a
 * full-text query.
 */
import { foldWord, textToWords, wordToTerms } from "@reef/protocol/words";
import { stem } from "./stem.ts";
import { stopWords } from "./stop-words.ts";

export interface Word {
  /** As written in the text, but in lower case and without accents. */
  readonly plain: string;
  readonly term: string;
  /** True when it began with a capital. */
  readonly capital: boolean;
  /** Its position among all words of the text, stop-words counted. */
  readonly at: number;
}

/** Returns the words of a text in order, without stop-words. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  for (const word of textToWords(text)) {
    at++;
    if (word.isUnspaced) {
      for (const term of wordToTerms(word)) words.push({ plain: term, term, capital: false, at: at++ });
    } else if (!stopWords.has(word.text)) {
      const capital = /^\p{Lu}/u.test(text.slice(word.from, word.from + 2));
      words.push({ plain: word.text, term: stem(word.text), capital, at });
    }
  }
  return words;
}

/** Returns the terms that find a text: its own in order, then the parts of names such as "fooBar". */
export function termsOf(text: string): readonly string[] {
  return [...wordsOf(text).map(({ term }) => term), ...partTermsOf(text)];
}

/** Returns the terms of the parts of names such as "fooBar". */
export function partTermsOf(text: string): readonly string[] {
  if (!/\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(text)) return [];
  return textToWords(text)
    .flatMap(({ parts }) => parts ?? [])
    .flatMap(({ text: part }) => (stopWords.has(part) ? [] : [stem(part)]));
}

/** Lower case, compatibility forms unified, accents removed. */
export const fold = foldWord;
