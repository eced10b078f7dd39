/**
 * Computes a candidate's features as numbers: its own words, the lines beside it, its conversation, and whether it is
 * the kind of line that answers this kind of question. Ranking is their weighted sum, so that each hit can be explained
 * (ME8).
 */
import type { Found } from "../index/find.ts";
import { type IndexedRow, mark } from "../index/row.ts";
import type { Question } from "../query/question.ts";
import { coverOf } from "./cover.ts";
import { groupOf, scoreEpisodes } from "./episodes.ts";
import { indexSlots, matchRow, type RowMatch, type WeighedSlot, weighSlots } from "./match.ts";

/**
 * Each from 0 to about 1. From the memory's content: `words` to `rarest`; from the kind of line: `length` and after.
 */
export const featureNames = [
  /** Its words, as BM25, relative to the best candidate's. */
  "words",
  "firstByWords",
  /** Share of the question filled by its words; with lines up to 2 and up to 4 away. */
  "coverage",
  "coverageNear",
  "coverageAround",
  "rarest",
  "pairs",
  /** Words of the line before, of the one after, and of all around. */
  "before",
  "after",
  "around",
  /** The line before asks, with words of the question: this one answers. */
  "answers",
  "afterAsking",
  /** Related words: in itself, near it, in its conversation. */
  "related",
  "relatedNear",
  "relatedConversation",
  "conversation",
  "conversationCoverage",
  "speaker",
  "otherSpeaker",
  "speakerWords",
  /** Names in the question: true when neither it nor the lines near it have one. */
  "namesMissing",
  /** Within the time that is asked about; told within a week of it; within a month. */
  "inTime",
  "weekAfter",
  "monthAfter",
  "length",
  "short",
  /** Rare words, whether asked for or not: small talk has none. */
  "informative",
  "asks",
  "reaction",
  "greets",
  "opens",
  "closes",
  "aboutSelf",
  "aboutOther",
  "tellsTime",
  "tellsNumber",
  "tellsPlace",
  "tellsName",
  "quotes",
  /** The question asks for several things, probably mentioned in several conversations. */
  "listWords",
  "listNear",
  "listConversation",
  "listSpeaker",
  "timeConversation",
] as const;
export type FeatureName = (typeof featureNames)[number];

export interface Featured {
  readonly match: RowMatch;
  /** Of the lines beside it, the nearest first. */
  readonly before: readonly RowMatch[];
  readonly after: readonly RowMatch[];
  /** In the order of `featureNames`. */
  readonly values: Float64Array;
}

export interface FeaturedRows {
  readonly slots: readonly WeighedSlot[];
  readonly rows: readonly Featured[];
}

/** The factor by which each line of distance reduces a score. */
const scoreDecay = 0.6;
const dayMs = 86_400_000;
const rarestTerms = 6;
/** More pairs of words in common tell no more. */
const mostPairs = 2;
/** How much less a speaker tells on a line of someone who talks with them. */
const companyTelling = 1.5;

export function featuresOf(question: Question, found: Found): FeaturedRows {
  const slots = weighSlots(question, found);
  const averageLength = found.state.length / Math.max(1, found.state.rows);
  const index = indexSlots(slots);
  const matches = new Map<IndexedRow, RowMatch>();
  const matchOf = (row: IndexedRow): RowMatch => {
    const match = matches.get(row) ?? matchRow(row, { slots, index, averageLength });
    matches.set(row, match);
    return match;
  };
  const base = found.rows.map((row) => ({
    match: matchOf(row),
    before: (found.beside.get(row)?.before ?? []).map(matchOf),
    after: (found.beside.get(row)?.after ?? []).map(matchOf),
  }));
  const candidates = base.map(({ match }) => match);
  const episodes = scoreEpisodes(candidates, { slots, found });
  const places = new Map(candidates.toSorted((a, b) => b.score - a.score).map((match, i) => [match, i]));
  const informative = createInformative(candidates);
  const pairsIn = createPairCounter(question.pairs);
  const total = sum(slots, ({ telling }) => telling) || 1;
  const top = largest(candidates, ({ score }) => score);
  const topEpisode = largest([...episodes.values()], ({ score }) => score);
  const topTelling = largest(slots, ({ telling }) => telling);
  const ofNames = sum(slots, (slot) => (slot.capital ? slot.telling : 0));
  const { wants } = question;
  const isNamed = ({ row: { speaker } }: RowMatch) => speaker !== null && question.speakers.includes(speaker);

  const rows = base.map(({ match, before, after }): Featured => {
    const { row } = match;
    const isLine = row.kind === "entry";
    const has = (bit: number) => (isLine && (row.marks & bit) !== 0 ? 1 : 0);
    const cover = coverOf({ match, before, after }, slots);
    const own = match.score / top;
    const episode = episodes.get(groupOf(row)) ?? { score: 0, coverage: 0, related: 0 };
    const conversation = episode.score / topEpisode;
    // A memory without a speaker is about the people it names.
    const isSpeaker =
      row.speaker === null
        ? question.nameTerms.some((name) => match.terms.includes(name))
        : question.speakers.includes(row.speaker);
    // Their partners in the conversation may tell it as well: among many speakers, their presence tells more than whose
    // line it is.
    const inCompany = !isSpeaker && (before.some(isNamed) || after.some(isNamed));
    const beforeWords = (before[0]?.score ?? 0) / top;
    const coverageNear = cover.near / total;
    const values: Record<FeatureName, number> = {
      words: own,
      firstByWords: 1 / (1 + (places.get(match) ?? 0)),
      coverage: cover.own / total,
      coverageNear,
      coverageAround: cover.around / total,
      rarest: largest(slots, ({ telling }, i) => telling * Math.min(1, match.filled[i] ?? 0)) / topTelling,
      pairs: pairsIn(match) / mostPairs,
      before: beforeWords,
      after: (after[0]?.score ?? 0) / top,
      around: sum([before, after], (lines) => sum(lines, ({ score }, i) => (score / top) * scoreDecay ** i)) / 2,
      answers: before[0] && isAskedBy(before[0], row) ? beforeWords : 0,
      afterAsking: before.slice(0, 3).some((line) => isAskedBy(line, row)) ? 1 : 0,
      related: cover.related / total,
      relatedNear: cover.relatedNear / total,
      relatedConversation: episode.related / total,
      conversation,
      conversationCoverage: episode.coverage / total,
      speaker: isSpeaker ? found.speakerTelling : inCompany ? Math.max(0, found.speakerTelling - companyTelling) : 0,
      otherSpeaker:
        isSpeaker || question.speakers.length === 0
          ? 0
          : inCompany
            ? Math.min(companyTelling, found.speakerTelling)
            : found.speakerTelling,
      speakerWords: isSpeaker ? own : 0,
      namesMissing: ofNames > 0 && !cover.hasName ? 1 : 0,
      inTime: daysAfter(row, question, [Number.NEGATIVE_INFINITY, 0]),
      weekAfter: daysAfter(row, question, [0, 8]),
      monthAfter: daysAfter(row, question, [8, 38]),
      length: isLine ? Math.log1p(row.length) / 4 : 0.6,
      short: isLine && row.length < 5 ? 1 : 0,
      informative: informative(match),
      asks: has(mark.asks),
      reaction: has(mark.reaction),
      greets: has(mark.greets),
      opens: isLine && row.conversation !== null ? Math.max(0, 1 - before.length / 3) : 0,
      closes: isLine && row.conversation !== null ? Math.max(0, 1 - after.length / 3) : 0,
      aboutSelf: has(mark.self),
      aboutOther: has(mark.other),
      tellsTime: wants.time ? has(mark.time) : 0,
      tellsNumber: wants.number ? has(mark.number) : 0,
      tellsPlace: wants.place ? has(mark.place) : 0,
      tellsName: wants.name ? has(mark.name) : 0,
      quotes: wants.name ? has(mark.quote) : 0,
      listWords: wants.list ? own : 0,
      listNear: wants.list ? coverageNear : 0,
      listConversation: wants.list ? conversation : 0,
      listSpeaker: wants.list && isSpeaker ? 1 : 0,
      timeConversation: wants.time ? conversation : 0,
    };
    return { match, before, after, values: inOrder(values) };
  });
  return { slots, rows };
}

function inOrder(values: Readonly<Record<FeatureName, number>>): Float64Array {
  const ordered = new Float64Array(featureNames.length);
  for (let i = 0; i < featureNames.length; i++) ordered[i] = values[featureNames[i] as FeatureName];
  return ordered;
}

function isAskedBy(line: RowMatch, row: IndexedRow): boolean {
  return (line.row.marks & mark.asks) !== 0 && line.row.speaker !== row.speaker;
}

/** True when the row was told this many days after the time asked about; a negative number of days is within it. */
function daysAfter(row: IndexedRow, { time }: Question, [from, to]: readonly [number, number]): number {
  if (!time || row.at === null || row.at < time.from) return 0;
  const days = (row.at - time.to) / dayMs;
  return days >= from && days < to ? 1 : 0;
}

/** Returns how many of the question's pairs of words a row has, up to `mostPairs`. */
function createPairCounter(pairs: readonly string[]): (match: RowMatch) => number {
  /** How often the question has the pair; by its first word, then by its second. */
  const asked = new Map<string, Map<string, number>>();
  for (const pair of pairs) {
    const [first = "", second = ""] = pair.split(" ");
    const times = asked.get(first) ?? new Map<string, number>();
    asked.set(first, times.set(second, (times.get(second) ?? 0) + 1));
  }
  return ({ terms }) => {
    const seen = new Set<string>();
    let count = 0;
    for (let at = 1; at < terms.length && count < mostPairs; at++) {
      const times = asked.get(terms[at - 1] ?? "")?.get(terms[at] ?? "");
      if (times === undefined) continue;
      const pair = `${terms[at - 1]} ${terms[at]}`;
      if (!seen.has(pair)) count += times;
      seen.add(pair);
    }
    return Math.min(mostPairs, count);
  };
}

/** How many rows have a word. The row that was counted last is noted: a set of words for each row would cost more. */
interface TermCount {
  rows: number;
  last: RowMatch | null;
}

/** Returns how rare a row's six rarest words are among the candidates. */
function createInformative(candidates: readonly RowMatch[]): (match: RowMatch) => number {
  const countByTerm = new Map<string, TermCount>();
  const countsByMatch = new Map<RowMatch, readonly TermCount[]>();
  for (const match of candidates) {
    const counts: TermCount[] = [];
    for (const term of match.terms) {
      let count = countByTerm.get(term);
      if (count === undefined) {
        count = { rows: 0, last: null };
        countByTerm.set(term, count);
      }
      if (count.last === match) continue;
      count.rows += 1;
      count.last = match;
      counts.push(count);
    }
    countsByMatch.set(match, counts);
  }
  const most = Math.log(1 + candidates.length);
  const rarity = Float64Array.from({ length: candidates.length + 1 }, (_, count) =>
    count === 0 ? 0 : Math.log((1 + candidates.length) / count) / most,
  );
  const best = new Float64Array(rarestTerms);
  return (match) => {
    best.fill(0);
    for (const { rows } of countsByMatch.get(match) ?? []) insert(best, rarity[rows] ?? 0);
    let total = 0;
    for (let i = 0; i < rarestTerms; i++) total += best[i] ?? 0;
    return total / rarestTerms;
  };
}

/** Inserts in descending order; the last value is dropped. */
function insert(list: Float64Array, value: number): void {
  let at = list.length - 1;
  if (value <= (list[at] ?? 0)) return;
  for (; at > 0 && (list[at - 1] ?? 0) < value; at--) list[at] = list[at - 1] ?? 0;
  list[at] = value;
}

function sum<T>(items: readonly T[], value: (item: T, i: number) => number): number {
  let total = 0;
  for (let i = 0; i < items.length; i++) total += value(items[i] as T, i);
  return total;
}

/** Never 0, so that it can divide. */
function largest<T>(items: readonly T[], value: (item: T, i: number) => number): number {
  let top = 1e-9;
  for (let i = 0; i < items.length; i++) top = Math.max(top, value(items[i] as T, i));
  return top;
}
