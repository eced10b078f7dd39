/**
 * What speaks for a candidate, as numbers: its own words, its neighbours', its conversation's, and whether it is the kind
 * of line that answers this kind of question. Ranking is their weighted sum, so that each hit can be explained (ME8).
 */
import { episodeKey, type Found } from "../index/find.ts";
import { type IndexedRow, mark } from "../index/row.ts";
import type { Question } from "../query/question.ts";
import { matchRow, type RowMatch, saturate, type WeighedSlot, weighSlots } from "./match.ts";

export const featureNames = [
  "words",
  "coverage",
  "wordsSquared",
  "context",
  "before",
  "after",
  "beforeAsks",
  "around",
  "conversation",
  "conversationCoverage",
  "pairs",
  "rarest",
  "length",
  "asks",
  "reaction",
  "timeWanted",
  "numberWanted",
  "placeWanted",
  "reasonWanted",
  "nameWanted",
  "preferenceWanted",
  "speaker",
  "otherSpeaker",
  "speakerWords",
  "self",
  "other",
  "nameInText",
  "inTime",
  "feedback",
  "rank",
  "quote",
  "greets",
] as const;
export type FeatureName = (typeof featureNames)[number];

export interface Featured {
  readonly match: RowMatch;
  readonly before: RowMatch | null;
  readonly after: RowMatch | null;
  /** In the order of `featureNames`. */
  readonly values: Float64Array;
}

export function featuresOf(
  question: Question,
  found: Found,
): { slots: readonly WeighedSlot[]; rows: readonly Featured[] } {
  const slots = weighSlots(question, found);
  const averageLength = found.state.length / Math.max(1, found.state.rows);
  const matches = new Map<number, RowMatch>();
  const matchOf = (row: IndexedRow | null | undefined): RowMatch | null => {
    if (!row) return null;
    const known = matches.get(row.number) ?? matchRow(row, slots, averageLength);
    matches.set(row.number, known);
    return known;
  };
  const base = found.rows.map((row) => {
    const sides = found.beside.get(row);
    return { match: matchOf(row) as RowMatch, before: matchOf(sides?.before), after: matchOf(sides?.after) };
  });
  const total = slots.reduce((sum, slot) => sum + slot.telling, 0) || 1;
  const top = Math.max(1e-9, ...base.map(({ match }) => match.score));
  const maxTelling = Math.max(1e-9, ...slots.map((slot) => slot.telling));
  const episodes = scoreEpisodes(
    base.map(({ match }) => match),
    slots,
    found,
  );
  const topEpisode = Math.max(1e-9, ...[...episodes.values()].map(({ score }) => score));
  const ranks = new Map(base.toSorted((a, b) => b.match.score - a.match.score).map(({ match }, i) => [match, i]));
  const feedback = scoreFeedback(
    base.map(({ match }) => match),
    slots,
    found,
  );
  const wants = question.wants;
  const rows = base.map(({ match, before, after }): Featured => {
    const { row } = match;
    const has = (bit: number) => ((row.marks & bit) !== 0 ? 1 : 0);
    const coverage = (of: (i: number) => number) =>
      slots.reduce((sum, slot, i) => sum + slot.telling * Math.min(1, of(i)), 0) / total;
    const episode = episodes.get(groupOf(row));
    const own = match.score / top;
    const isSpeaker = row.speaker !== null && question.speakers.includes(row.speaker);
    const isOther = row.speaker !== null && question.speakers.length > 0 && !isSpeaker;
    const beforeScore = (before?.score ?? 0) / top;
    const afterScore = (after?.score ?? 0) / top;
    const values: Record<FeatureName, number> = {
      words: own,
      coverage: coverage((i) => match.filled[i] ?? 0),
      wordsSquared: own * own,
      context: coverage((i) =>
        Math.max(match.filled[i] ?? 0, 0.6 * (before?.filled[i] ?? 0), 0.5 * (after?.filled[i] ?? 0)),
      ),
      before: beforeScore,
      after: afterScore,
      beforeAsks:
        before && (before.row.marks & mark.asks) !== 0 && before.row.speaker !== row.speaker ? beforeScore : 0,
      around: 0,
      conversation: (episode?.score ?? 0) / topEpisode,
      conversationCoverage: (episode?.coverage ?? 0) / total,
      pairs: Math.min(2, pairsIn(match, question)) / 2,
      rarest: Math.max(0, ...slots.map((slot, i) => slot.telling * Math.min(1, match.filled[i] ?? 0))) / maxTelling,
      length: Math.log1p(row.length) / 4,
      asks: has(mark.asks),
      reaction: has(mark.reaction),
      timeWanted: wants.time ? has(mark.time) : 0,
      numberWanted: wants.number ? has(mark.number) : 0,
      placeWanted: wants.place ? has(mark.place) : 0,
      reasonWanted: wants.reason ? has(mark.reason) : 0,
      nameWanted: wants.name ? has(mark.name) : 0,
      preferenceWanted: wants.preference ? has(mark.preference) : 0,
      speaker: isSpeaker ? 1 : 0,
      otherSpeaker: isOther ? 1 : 0,
      speakerWords: isSpeaker ? own : 0,
      self: has(mark.self),
      other: has(mark.other),
      nameInText: isOther && question.nameTerms.some((name) => match.terms.includes(name)) ? 1 : 0,
      inTime:
        question.time && row.at !== null && row.at >= question.time.from && row.at < question.time.to + 7 * 86_400_000
          ? 1
          : 0,
      feedback: feedback.get(match) ?? 0,
      rank: 1 / (1 + (ranks.get(match) ?? 0)),
      quote: wants.name ? has(mark.quote) : 0,
      greets: has(mark.reply),
    };
    return { match, before, after, values: Float64Array.from(featureNames, (name) => values[name]) };
  });
  return { slots, rows };
}

/** A row without a conversation is one of its own. */
function groupOf(row: IndexedRow): string {
  return row.conversation === null ? `row ${row.number}` : episodeKey(row);
}

function scoreEpisodes(matches: readonly RowMatch[], slots: readonly WeighedSlot[], found: Found) {
  const filledByGroup = new Map<string, { filled: number[]; length: number }>();
  for (const { row, filled } of matches) {
    const key = groupOf(row);
    const group = filledByGroup.get(key) ?? {
      filled: slots.map(() => 0),
      length: row.conversation === null ? row.length : (found.episodeLength.get(key) ?? row.length),
    };
    for (const [i, value] of filled.entries()) group.filled[i] = (group.filled[i] ?? 0) + value;
    filledByGroup.set(key, group);
  }
  const groups = [...filledByGroup.values()];
  const average = groups.reduce((sum, { length }) => sum + length, 0) / Math.max(1, groups.length);
  const count = Math.max(groups.length, found.state.episodes);
  const telling = slots.map((slot, i) => {
    const n = groups.filter(({ filled }) => (filled[i] ?? 0) > 0).length;
    return n === 0 ? 0 : slot.weight * Math.log(1 + (count - n + 0.5) / (n + 0.5));
  });
  return new Map(
    [...filledByGroup].map(([key, { filled, length }]) => {
      let score = 0;
      let coverage = 0;
      for (const [i, value] of filled.entries()) {
        if (value <= 0) continue;
        score += (telling[i] ?? 0) * saturateEpisode(value, length, average);
        coverage += slots[i]?.telling ?? 0;
      }
      return [key, { score, coverage }] as const;
    }),
  );
}

function saturateEpisode(count: number, length: number, average: number): number {
  return (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / Math.max(1, average)));
}

function pairsIn({ terms }: RowMatch, question: Question): number {
  const pairs = new Set(terms.slice(1).map((term, i) => `${terms[i]} ${term}`));
  return question.pairs.filter((pair) => pairs.has(pair)).length;
}

/** What the best rows say beyond the question's words: others that say it too are likely about the same. */
function scoreFeedback(
  matches: readonly RowMatch[],
  slots: readonly WeighedSlot[],
  found: Found,
): ReadonlyMap<RowMatch, number> {
  const asked = new Set(slots.map((slot) => slot.term));
  const best = matches
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 5)
    .filter(({ score }) => score > 0);
  const counts = new Map<string, number>();
  const inCandidates = new Map<string, number>();
  for (const { terms } of matches)
    for (const term of new Set(terms)) inCandidates.set(term, (inCandidates.get(term) ?? 0) + 1);
  for (const { terms, score } of best) {
    for (const term of new Set(terms)) if (!asked.has(term)) counts.set(term, (counts.get(term) ?? 0) + score);
  }
  const weights = [...counts]
    .map(([term, score]) => [term, score * Math.log(1 + matches.length / (1 + (inCandidates.get(term) ?? 0)))] as const)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 20);
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0) || 1;
  const byTerm = new Map(weights);
  const average = found.state.length / Math.max(1, found.state.rows);
  return new Map(
    matches.map((match) => {
      let score = 0;
      for (const term of new Set(match.terms))
        score += (byTerm.get(term) ?? 0) * saturate(1, match.row.length, average);
      return [match, score / all];
    }),
  );
}
