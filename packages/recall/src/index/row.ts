/**
 * Describes a memory as ranking sees it: terms, marks and places instead of text. Marks are what a text shows beyond
 * its words: that it asks, or names a time, a number, a place or a name. They are determined once, when the row is put
 * in.
 */
import type { RecallKind, RecallRow } from "@reef/engine/port/recall";
import { fold, partTermsOf, type Word, wordsOf } from "../text/terms.ts";
import { hasTimeWords } from "../time/expression.ts";
import type { PackedId } from "./packed-id.ts";

export const mark = {
  asks: 1,
  time: 2,
  number: 4,
  place: 8,
  name: 16,
  self: 32,
  other: 64,
  reaction: 128,
  greets: 256,
  quote: 512,
} as const;

/** A row as stored in the table. */
export interface IndexedRow {
  readonly number: number;
  readonly id: PackedId;
  readonly kind: RecallKind;
  readonly conversation: number | null;
  readonly place: number | null;
  /** Days since the epoch; 0 when unknown. With the conversation it names the episode. */
  readonly day: number;
  readonly speaker: number | null;
  readonly at: number | null;
  /** In thousandths. */
  readonly importance: number;
  readonly trust: number | null;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly pinned: number;
  readonly marks: number;
  /** In terms. */
  readonly length: number;
  /** Of its conversation; null without one. */
  readonly piece: number | null;
  /** Separated by spaces. */
  readonly terms: string;
}

export interface ReadText {
  readonly terms: readonly string[];
  readonly marks: number;
  readonly speaker: string | null;
}

const dayMs = 86_400_000;

/** Much longer texts are found only by their beginning. */
const maxTerms = 4000;

export function dayOf(at: number | null): number {
  return at === null ? 0 : Math.floor(at / dayMs);
}

/** Reads a row's text. In “Ann: I moved”, an entry without a speaker names its speaker. */
export function readText(row: Pick<RecallRow, "kind" | "text" | "speaker">): ReadText {
  const given = row.speaker?.trim() || null;
  const { speaker, text } = row.kind === "entry" ? splitSpeaker(row.text, given) : { speaker: given, text: row.text };
  const words = wordsOf(text).slice(0, maxTerms);
  const terms = [...words.map(({ term }) => term), ...partTermsOf(text)].slice(0, maxTerms);
  return { terms, marks: marksOf(text, words), speaker };
}

function splitSpeaker(text: string, given: string | null): { speaker: string | null; text: string } {
  const found = /^\s*(\p{Lu}[\p{L}\p{M}.'’-]*(?: \p{Lu}[\p{L}\p{M}.'’-]*){0,2}):\s+/u.exec(text);
  if (!found?.[1]) return { speaker: given, text };
  if (given !== null && fold(given) !== fold(found[1])) return { speaker: given, text };
  return { speaker: given ?? found[1], text: text.slice(found[0].length) };
}

const numberWords =
  /\b(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|couple|several|few|once|twice|hundred|thousand|first|second|third|half)\b/i;
const placeWords =
  /\b(?:at|in|to|from|near|around|visit\w*) (?:the |my |our |a |an )?(?:\p{Lu}|park|beach|home|house|school|office|city|town|country|shop|store|cafe|restaurant|lake|mountains?|hospital|church|center|centre|gym|studio|club|shelter|library|museum|airport|hotel|woods|forest)/u;
const selfWords = /\b(?:I|I['’]\w+|my|me|we|we['’]\w+|our|mine|myself)\b/;
const otherWords = /\b(?:you|your|yours|you['’]\w+|yourself)\b/i;
const reactions =
  /^\W*(?:wow|thanks|thank you|that['’]?s|cool|great|awesome|nice|congrats|congratulations|sounds|good|yeah|yes|no|haha|lol|oh|aww?|sure|absolutely|definitely|exactly|hey|hi|hello|bye|take care|ok|okay|agreed|totally|amazing|sorry|glad|i agree|you['’]re welcome|no problem|likewise|same here)\b/i;
const greeting = /^\W*(?:hey|hi|hello|yo)\b/i;

function marksOf(text: string, words: readonly Word[]): number {
  const body = text.replace(/\s*\[[^\]]*\]\s*$/, "").trim();
  let marks = 0;
  if (/\?\W*$/u.test(body)) marks |= mark.asks;
  if (hasTimeWords(body)) marks |= mark.time;
  if (numberWords.test(body)) marks |= mark.number;
  if (placeWords.test(body)) marks |= mark.place;
  if (words.some(({ capital, at }) => capital && at > 1)) marks |= mark.name;
  if (selfWords.test(body)) marks |= mark.self;
  if (otherWords.test(body)) marks |= mark.other;
  if (reactions.test(body)) marks |= mark.reaction;
  if (greeting.test(body)) marks |= mark.greets;
  if (/["“”]/.test(body)) marks |= mark.quote;
  return marks;
}
