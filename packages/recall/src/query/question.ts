/**
 * A question as ranking uses it: slots, one for each thing asked about, each with the terms that may fill it; whom it
 * names; what kind of answer it wants; the time it speaks of. Depends on the text alone, and on the names the bot knows.
 */
import { readTime, type TimeAnchor, type TimeSpan } from "../time/expression.ts";
import { fold, type Word, wordsOf } from "../text/terms.ts";
import { relatedTerms } from "../text/related.ts";

export interface Slot {
  /** As the question has it. */
  readonly asked: string;
  readonly term: string;
  /** Less for words that ask rather than tell: "kind", "name", "mention". */
  readonly weight: number;
  /** Other terms that fill the slot, and how well. */
  readonly related: ReadonlyMap<string, number>;
  /** A single letter of an unspaced script: it fits every term that begins with it. */
  readonly prefix: boolean;
}

export interface Wants {
  readonly time: boolean;
  readonly place: boolean;
  readonly number: boolean;
  readonly reason: boolean;
  readonly name: boolean;
  readonly preference: boolean;
}

export interface Question {
  readonly slots: readonly Slot[];
  /** Pairs of terms that stand side by side in the question. */
  readonly pairs: readonly string[];
  /** Ids of the speakers it names. */
  readonly speakers: readonly number[];
  /** Terms of the names of these, as they may stand in a text. */
  readonly nameTerms: readonly string[];
  readonly wants: Wants;
  readonly time: TimeSpan | null;
}

export interface KnownNames {
  readonly speakers: readonly { readonly id: number; readonly text: string }[];
}

/** Longer questions are cut to their first words; the rest repeats or was pasted. */
const maxSlots = 64;
const maxTextLength = 20_000;

const askingWords = new Set(
  "kind type sort many much often long name mention describe according say tell ask thing someone something talk discuss share do happen recently currently specific".split(
    " ",
  ),
);
const askingWeight = 0.45;

export function readQuestion(
  text: string,
  { names, anchor }: { readonly names: KnownNames; readonly anchor: TimeAnchor },
): Question {
  const cut = text.slice(0, maxTextLength);
  const words = wordsOf(cut);
  const speakers = new Map<number, string[]>();
  const content: Word[] = [];
  for (const word of words) {
    const named = names.speakers.filter((name) => isNamed(word, name.text));
    for (const name of named) speakers.set(name.id, [...(speakers.get(name.id) ?? []), word.term]);
    if (named.length === 0) content.push(word);
  }
  return {
    slots: slotsOf(content),
    pairs: words.slice(1).flatMap((word, i) => (words[i] ? [`${words[i].term} ${word.term}`] : [])),
    speakers: [...speakers.keys()],
    nameTerms: [...speakers.values()].flat(),
    wants: wantsOf(cut),
    time: readTime(cut, anchor),
  };
}

function slotsOf(words: readonly Word[]): readonly Slot[] {
  const slots = new Map<string, Slot>();
  for (const { term, plain } of words) {
    if (slots.has(term) || slots.size >= maxSlots) continue;
    slots.set(term, {
      asked: plain,
      term,
      weight: askingWords.has(plain) || askingWords.has(term) ? askingWeight : 1,
      related: relatedTerms(term),
      prefix: [...term].length === 1 && !/^[a-z0-9]$/.test(term),
    });
  }
  return [...slots.values()];
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
    reason: /\bwhy\b|\bwhat (?:made|inspired|motivated|caused|led)\b|\breason\b/i.test(text),
    name: /\b(?:who|whom|whose|name|named|called|title)\b|\b(?:which|what) (?:book|movie|film|game|song|band|artist|author|show|brand|company)s?\b/i.test(
      text,
    ),
    preference: /\bfavou?rite|\b(?:like|likes|enjoy|enjoys|love|loves|hobb|interest|prefer)/i.test(text),
  };
}
