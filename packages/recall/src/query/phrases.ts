/**
 * Extracts the phrases that a memory must contain word for word, for a question that a person types, with the rules of
 * a search of transcripts: words in quotes, a question that is one name such as `foo_bar`, and one short word of a
 * script without spaces. Whole sentences of such a script are ranked by their pairs of letters instead.
 */
import { type AskedWord, questionToWords, wordsToPhrases } from "@reef/engine/search/question";
import { wordToTerms } from "@reef/protocol/words";
import { stem } from "../text/stem.ts";
import { stopWords } from "../text/stop-words.ts";

export interface Phrase {
  /** Consecutive, without stop-words. */
  readonly terms: readonly string[];
  /** Letters that the last term must begin with. */
  readonly beginning: string | null;
}

const longestWord = 4;

export function readPhrases(question: string): readonly Phrase[] {
  const asked = wordsToPhrases(questionToWords(question));
  return asked
    .filter((words) => words[0]?.isQuoted === true || (asked.length === 1 && isOneName(words)))
    .flatMap(toPhrase);
}

export function holdsPhrases(rowTerms: string, phrases: readonly Phrase[]): boolean {
  if (phrases.length === 0) return true;
  const terms = rowTerms.split(" ");
  return phrases.every((phrase) => terms.some((_, at) => standsAt(terms, at, phrase)));
}

/** Returns a full-text expression that requires every phrase. */
export function phrasesToMatch(phrases: readonly Phrase[]): string {
  return phrases
    .map(({ terms, beginning }) => {
      const whole = `"${terms.join(" ")}"`;
      return beginning === null ? whole : `(${whole} OR "${[...terms.slice(0, -1), beginning].join(" ")}"*)`;
    })
    .join(" AND ");
}

function standsAt(terms: readonly string[], from: number, phrase: Phrase): boolean {
  return phrase.terms.every((term, step) => {
    const found = terms[from + step];
    if (found === undefined) return false;
    const isLast = step === phrase.terms.length - 1;
    return found === term || (isLast && phrase.beginning !== null && found.startsWith(phrase.beginning));
  });
}

function isOneName(words: readonly AskedWord[]): boolean {
  const only = words[0];
  if (words.length > 1 || only === undefined) return true;
  const { length } = [...only.text];
  return only.isUnspaced && length > 1 && length <= longestWord;
}

function toPhrase(words: readonly AskedWord[]): readonly Phrase[] {
  const terms = words.flatMap((word) => {
    if (word.isUnspaced) return word.isBeginning ? [word.text] : wordToTerms(word).slice(0, -1);
    return stopWords.has(word.text) ? [] : [stem(word.text)];
  });
  const last = words.at(-1);
  return terms.length === 0 ? [] : [{ terms, beginning: last?.isBeginning === true ? last.text : null }];
}
