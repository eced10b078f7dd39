/**
 * Reads a question for ranking: slots, one for each thing asked about, each with the terms that may fill it; the
 * speakers it names; the kind of answer it wants; the time it means. Depends only on the text, and on the names the bot
 * knows.
 */

import { questionToWords } from "@reef/engine/search/question";
import { baseByIrregular } from "../text/irregular.ts";
import { relatedTerms } from "../text/related.ts";
import { stem } from "../text/stem.ts";
import { fold, type Word, wordsOf } from "../text/terms.ts";
import { readTime, type TimeAnchor, type TimeSpan } from "../time/expression.ts";
import { type Phrase, readPhrases } from "./phrases.ts";

export interface Slot {
  /** As written in the question. */
  readonly asked: string;
  readonly term: string;
  /** Lower for words that ask rather than tell: "kind", "name", "mention". */
  readonly weight: number;
  /** Other terms that fill the slot, and how well. */
  readonly related: ReadonlyMap<string, number>;
  /** True when it began with a capital inside the question: a name or a title. */
  readonly capital: boolean;
  /** A single letter of a script without spaces: it fits every term that begins with it. */
  readonly prefix: boolean;
}

export interface Wants {
  readonly time: boolean;
  readonly place: boolean;
  readonly number: boolean;
  readonly name: boolean;
  /** True for several things, probably mentioned at several times: "what books has she read?" */
  readonly list: boolean;
}

export interface Question {
  readonly slots: readonly Slot[];
  /** Pairs of consecutive terms of the question. */
  readonly pairs: readonly string[];
  /** Ids of the speakers it names. */
  readonly speakers: readonly number[];
  /** Terms of their names, as they may appear in a text. */
  readonly nameTerms: readonly string[];
  readonly wants: Wants;
  readonly time: TimeSpan | null;
  /** What a memory must contain word for word. */
  readonly phrases: readonly Phrase[];
}

/** The index's knowledge that is needed to read a question. */
export interface KnownNames {
  speakers(): readonly { readonly id: number; readonly text: string }[];
  /** True when any memory has this term. */
  has(term: string): boolean;
  /** Returns terms of the index that begin with these letters. */
  startingWith(letters: string): readonly string[];
}

/** Longer questions are cut to their first words; the rest repeats or was pasted. */
const maxSlots = 64;
const maxTextLength = 20_000;

const askingWords = new Set(
  "kind type sort many much often long name mention describe according say tell ask thing someone something talk discuss share do happen recently currently specific".split(
    " ",
  ),
);
const leastShared = 0.6;
const formWeight = 0.8;
const askingWeight = 0.45;
const leastStem = 4;

/** The time itself is compared; its words in a text are a weak sign. */
const ofTimeWeight = 0.3;

export function readQuestion(
  text: string,
  {
    names,
    anchor,
    isTyped = false,
  }: { readonly names: KnownNames; readonly anchor: TimeAnchor; readonly isTyped?: boolean },
): Question {
  const cut = text.slice(0, maxTextLength);
  const words = wordsOf(cut);
  const known = names.speakers();
  const speakers = new Map<number, string[]>();
  const content: Word[] = [];
  for (const word of words) {
    const named = known.filter((name) => isNamed(word, name.text));
    for (const name of named) speakers.set(name.id, [...(speakers.get(name.id) ?? []), word.term]);
    if (named.length === 0) content.push(word);
  }
  const time = readTime(cut, anchor);
  const beginning = isTyped ? (questionToWords(cut).findLast(({ isBeginning }) => isBeginning)?.text ?? null) : null;
  // A stop-word alone may be the beginning of a telling word: "do" of "docker".
  if (beginning !== null && content.length === 0 && speakers.size === 0) {
    content.push({ plain: beginning, term: beginning, capital: false, at: 1 });
  }
  return {
    slots: slotsOf(content, { time, names, beginning }),
    pairs: words.slice(1).flatMap((word, i) => (words[i] ? [`${words[i].term} ${word.term}`] : [])),
    speakers: [...speakers.keys()],
    nameTerms: [...speakers.values()].flat(),
    wants: wantsOf(cut),
    time,
    phrases: isTyped ? readPhrases(cut) : [],
  };
}

function slotsOf(
  words: readonly Word[],
  {
    time,
    names,
    beginning,
  }: { readonly time: TimeSpan | null; readonly names: KnownNames; readonly beginning: string | null },
): readonly Slot[] {
  const ofTime = new Set(time ? wordsOf(time.text).map(({ plain }) => plain) : []);
  const slots = new Map<string, Slot>();
  for (const { term, plain, capital, at } of words) {
    if (slots.has(term) || slots.size >= maxSlots) continue;
    const isAsking = askingWords.has(plain) || askingWords.has(term);
    slots.set(term, {
      asked: plain,
      term,
      weight: ofTime.has(plain) ? ofTimeWeight : isAsking ? askingWeight : 1,
      related: new Map([
        ...formsOf(term, names),
        ...(plain === beginning ? wordsBeginning(plain, names) : []),
        ...relatedTerms(term),
      ]),
      capital: capital && at > 1 && !ofTime.has(plain),
      prefix: [...term].length === 1 && !/^[a-z0-9]$/.test(term),
    });
  }
  return [...slots.values()];
}

/**
 * For a term that no memory has, returns those with the same beginning: typing errors, and forms that the stemmer keeps
 * apart.
 */
function formsOf(term: string, names: KnownNames): ReadonlyMap<string, number> {
  const forms = new Map<string, number>();
  if (!/^[a-z]{4,}$/.test(term) || names.has(term)) return forms;
  for (const other of names.startingWith(term.slice(0, 4))) {
    if (other === term) continue;
    const shared = sharedStart(term, other) / Math.max(term.length, other.length);
    if (shared >= leastShared) forms.set(other, shared * formWeight);
  }
  return forms;
}

/** Returns terms of words that begin with these letters, also when the partly typed ending is no longer in the term. */
function wordsBeginning(letters: string, names: KnownNames): ReadonlyMap<string, number> {
  const forms = new Map<string, number>();
  for (const term of names.startingWith(letters)) forms.set(term, formWeight);
  for (let length = letters.length - 1; length >= leastStem && forms.size === 0; length--) {
    const term = letters.slice(0, length);
    if (names.has(term)) forms.set(term, formWeight);
  }
  for (const [word, base] of baseByIrregular) if (word.startsWith(letters)) forms.set(stem(base), formWeight);
  forms.delete(stem(letters));
  return forms;
}

function sharedStart(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** "Mel" names Melanie: people shorten names, so a capitalised beginning of three letters is enough. */
function isNamed(word: Word, name: string): boolean {
  const parts = name.split(/\s+/).map(fold);
  return parts.some(
    (part) => part === word.plain || (word.capital && word.plain.length >= 3 && part.startsWith(word.plain)),
  );
}

function wantsOf(text: string): Wants {
  return {
    time: /^\W*when\b|\bwhen (?:did|was|is|does|will|has|were)\b|\b(?:what|which) (?:date|year|month|day|time|week|season)\b|\bhow (?:long|old|recently)\b|\bhow many (?:years|months|weeks|days)\b/i.test(
      text,
    ),
    place: /\bwhere\b|\b(?:what|which) (?:city|cities|country|countries|state|place|places|town|location|area)\b/i.test(
      text,
    ),
    number: /\bhow (?:many|much|often|old|far|big)\b|\bnumber of\b/i.test(text),
    name: /\b(?:who|whom|whose|name|named|called|title)\b|\b(?:which|what) (?:book|movie|film|game|song|band|artist|author|show|brand|company)s?\b/i.test(
      text,
    ),
    list: /\b(?:what|which)(?: \w+){0,2} (?!does|is|was|has|his\b|its\b|this\b)\w{2,}s\b|\bhow many times\b|\bboth\b|\bhas \w+ (?:been|done|had|made|visited|tried|read|seen|played|gone|received|bought|attended|participated|helped|used|given|won|taken)\b|\bin what ways\b/i.test(
      text,
    ),
  };
}
