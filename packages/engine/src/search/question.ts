/**
 * Reads a person's question: every word must occur in the text. The last word may be incomplete, so from its second
 * letter on it matches as a prefix. Words in quotes, and parts of a name such as `foo_bar` or `1.2.3`, must be side by
 * side. An index, a scan of the text and a search of memories all use this file, so that they give the same answer.
 */
import type { Snippet } from "@reef/protocol/search";
import { type TextWord, textToWords } from "@reef/protocol/words";

export interface AskedWord {
  readonly text: string;
  readonly isUnspaced: boolean;
  /** True if words that begin with it count too. */
  readonly isBeginning: boolean;
  /** True if it directly follows the word before it. */
  readonly isJoined: boolean;
  /** True if it is in quotes. */
  readonly isQuoted: boolean;
}

export interface Match {
  readonly marks: readonly (readonly [from: number, to: number])[];
  readonly score: number;
}

const maxWords = 12;
const snippetLength = 180;
const leadLength = 50;
/** An unclosed quote, still being typed, extends to the end. */
const quoted = /"[^"]*(?:"|$)|“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|«[^»]*(?:»|$)|「[^」]*(?:」|$)/g;
/** Matches what separates the parts of a name, an address or a number. */
const inName = /^[^\s\u3000-\u303f\uff00-\uffef"“”„«»]{0,4}$/;

/** Returns none if nothing in the question can be searched for. */
export function questionToWords(question: string): readonly AskedWord[] {
  const words = textToWords(question).slice(0, maxWords);
  const isOpen = /[\p{L}\p{N}\p{M}]$/u.test(question);
  const quotes = [...question.matchAll(quoted)].map(({ index, 0: { length } }) => [index, index + length] as const);
  const quoteAt = (at: number) => quotes.findIndex(([from, to]) => at >= from && at < to);
  return words.map(({ text, isUnspaced, from }, at) => {
    const before = words[at - 1];
    const isInQuote = quoteAt(from) >= 0 && before !== undefined && quoteAt(before.from) === quoteAt(from);
    const isInName = before !== undefined && inName.test(question.slice(before.to, from));
    return {
      text,
      isUnspaced,
      isBeginning: isUnspaced
        ? [...text].length === 1
        : isOpen && at === words.length - 1 && (text.length > 1 || isInQuote || isInName),
      isJoined: isInQuote || isInName,
      isQuoted: quoteAt(from) >= 0,
    };
  });
}

/** Groups the words that must be side by side; most groups are one word. */
export function wordsToPhrases(words: readonly AskedWord[]): readonly (readonly AskedWord[])[] {
  const phrases: AskedWord[][] = [];
  for (const word of words) {
    const last = phrases.at(-1);
    if (word.isJoined && last) last.push(word);
    else phrases.push([word]);
  }
  return phrases;
}

/** Returns null unless every word occurs in the text. */
export function matchText(text: string, asked: readonly AskedWord[]): Match | null {
  const words = textToWords(text);
  const parts = words.flatMap((word) => word.parts ?? []);
  const marks: (readonly [number, number])[] = [];
  let wholeWords = 0;
  for (const phrase of wordsToPhrases(asked)) {
    const found = [...findPhrase(words, phrase), ...findPhrase(parts, phrase).filter(isOneName)];
    if (found.length === 0) return null;
    const isWhole = (hit: readonly TextWord[]) =>
      phrase.every((word, step) => word.isUnspaced || hit[step]?.text === word.text);
    if (found.some(isWhole)) wholeWords += phrase.length;
    for (const hit of found) marks.push([hit[0]?.from ?? 0, hit.at(-1)?.to ?? 0]);
  }
  const literal = asked.length === 0 ? 0 : wholeWords / asked.length;
  const isSideBySide = asked.length > 0 && findPhrase(words, asked).length > 0;
  return { marks: joinMarks(marks), score: 0.7 * literal + (isSideBySide ? 0.3 : 0) };
}

/** Returns the part of the text around the first match, without cutting a character in half. */
export function makeSnippet(text: string, { marks }: Pick<Match, "marks">): Snippet {
  const first = marks[0]?.[0] ?? 0;
  const from = wholeCharacter(text, first <= leadLength ? 0 : wordStart(text, first - leadLength));
  const to = wholeCharacter(text, Math.min(text.length, from + snippetLength));
  const lead = from > 0 ? "…" : "";
  const shift = lead.length - from;
  return {
    text: lead + text.slice(from, to).replace(/\s/g, " ") + (to < text.length ? "…" : ""),
    marks: marks
      .filter(([start]) => start >= from && start < to)
      .map(([start, end]) => [start + shift, Math.min(end, to) + shift]),
  };
}

function findPhrase(words: readonly TextWord[], phrase: readonly AskedWord[]): readonly (readonly TextWord[])[] {
  const found: (readonly TextWord[])[] = [];
  for (let at = 0; at + phrase.length <= words.length; at++) {
    if (!phrase.every((word, step) => isNth(words[at + step], word))) continue;
    found.push(words.slice(at, at + phrase.length));
  }
  return found;
}

function isNth(word: TextWord | undefined, asked: AskedWord): boolean {
  return word !== undefined && isFound(word, asked);
}

function isFound(word: TextWord, asked: AskedWord): boolean {
  if (word.isUnspaced !== asked.isUnspaced) return false;
  if (asked.isUnspaced) return word.text.includes(asked.text);
  return asked.isBeginning ? word.text.startsWith(asked.text) : word.text === asked.text;
}

/** Adjacent parts belong to one word if nothing separates them. */
function isOneName(parts: readonly TextWord[]): boolean {
  return parts.every((part, at) => at === 0 || parts[at - 1]?.to === part.from);
}

function joinMarks(marks: readonly (readonly [number, number])[]): Match["marks"] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

function wordStart(text: string, at: number): number {
  const space = text.slice(at, at + 30).search(/\s\S/);
  return space < 0 ? at : at + space + 1;
}

/** Moves back by one if `at` cuts a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
