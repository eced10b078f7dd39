/**
 * What a person asks for: every word must stand in the text. The last one may still be being typed, so that from its
 * second letter on it is taken as a beginning. The same answer comes from an index and from reading the text: both ask this file.
 */
import type { Snippet } from "@reef/protocol/search";
import { type TextWord, textToWords } from "./words.ts";

export interface AskedWord {
  readonly text: string;
  readonly isUnspaced: boolean;
  /** Words that begin with it count too. */
  readonly isBeginning: boolean;
}

export interface Match {
  readonly marks: readonly (readonly [from: number, to: number])[];
  readonly score: number;
}

const maxWords = 12;
const snippetLength = 180;
const leadLength = 50;

/** Empty when nothing in the question can be searched for. */
export function questionToWords(question: string): readonly AskedWord[] {
  const words = textToWords(question).slice(0, maxWords);
  const isOpen = /[\p{L}\p{N}\p{M}]$/u.test(question);
  return words.map(({ text, isUnspaced }, at) => ({
    text,
    isUnspaced,
    isBeginning: isUnspaced ? [...text].length === 1 : isOpen && at === words.length - 1 && text.length > 1,
  }));
}

/** Null unless every word stands in the text. */
export function matchText(text: string, asked: readonly AskedWord[]): Match | null {
  const words = textToWords(text);
  const marks: (readonly [number, number])[] = [];
  let wholeWords = 0;
  for (const word of asked) {
    const found = words.filter((candidate) => isFound(candidate, word));
    if (found.length === 0) return null;
    if (found.some((candidate) => word.isUnspaced || candidate.text === word.text)) wholeWords += 1;
    for (const { from, to } of found) marks.push([from, to]);
  }
  const literal = asked.length === 0 ? 0 : wholeWords / asked.length;
  return { marks: joinMarks(marks), score: 0.7 * literal + (isSideBySide(words, asked) ? 0.3 : 0) };
}

/** The part of the text around the first thing that was found, never beginning or ending in half a character. */
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

function isFound(word: TextWord, asked: AskedWord): boolean {
  if (word.isUnspaced !== asked.isUnspaced) return false;
  if (asked.isUnspaced) return word.text.includes(asked.text);
  return asked.isBeginning ? word.text.startsWith(asked.text) : word.text === asked.text;
}

function isSideBySide(words: readonly TextWord[], asked: readonly AskedWord[]): boolean {
  if (asked.length === 0) return false;
  return words.some((_, at) => asked.every((word, step) => isNth(words[at + step], word)));
}

function isNth(word: TextWord | undefined, asked: AskedWord): boolean {
  return word !== undefined && isFound(word, asked);
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

/** Moves back by one when `at` cuts a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
