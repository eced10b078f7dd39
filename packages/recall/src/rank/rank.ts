/** Orders a question's candidates by the weighted sum of their features, and says why (ME8). */
import type { RecallHit, RecallReason, ScorePart } from "@reef/engine/port/recall";
import { msToIso } from "@reef/protocol/time";
import type { Found, Meaning } from "../index/find.ts";
import { unpackId } from "../index/packed-id.ts";
import type { IndexedRow } from "../index/row.ts";
import type { Question } from "../query/question.ts";
import { wordOfStem } from "../text/related.ts";
import { type Featured, featureNames, featuresOf } from "./features.ts";
import { filledBy, type WeighedSlot } from "./match.ts";
import { kindPriors, weightByFeature } from "./weights.ts";

const weights = Float64Array.from(featureNames, (name) => weightByFeature[name]);

interface Scored extends Featured {
  readonly score: number;
  readonly meaning: Meaning | null;
  /** Beyond the features: kind, importance, pinned, meaning. */
  readonly priors: readonly ScorePart[];
}

/** Beyond this many spreads, more similarity adds nothing. */
const excessMost = 6;
/** From this many on, similarity is a reason on its own. */
const excessThatTells = 3;

export function rank(
  question: Question,
  { found, k, meaningWeight = 0 }: { readonly found: Found; readonly k: number; readonly meaningWeight?: number },
): readonly RecallHit[] {
  const { slots, rows } = featuresOf(question, found);
  const scored = rows.map((row): Scored => {
    const meaning = found.meaningOf(row.match.row);
    const priors = [...priorsOf(row.match.row), { name: "meaning", value: meaningWeight * countedExcess(meaning) }];
    const score = priors.reduce((sum, { value }) => sum + value, 0);
    return {
      ...row,
      meaning,
      priors,
      score: row.values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), score),
    };
  });
  return scored
    .toSorted((a, b) => b.score - a.score || b.match.row.number - a.match.row.number)
    .slice(0, k)
    .map((row) => ({ id: unpackId(row.match.row.id), score: row.score, why: reasonOf(row, question, slots) }));
}

function countedExcess(meaning: Meaning | null): number {
  return Math.min(excessMost, meaning?.excess ?? 0);
}

function priorsOf(row: IndexedRow): readonly ScorePart[] {
  return [
    { name: row.kind, value: kindPriors[row.kind] },
    { name: "importance", value: row.importance / 1000 - 0.5 },
    { name: "pinned", value: row.pinned === 1 ? 0.2 : 0 },
  ];
}

function reasonOf(row: Scored, question: Question, slots: readonly WeighedSlot[]): RecallReason {
  const parts = featureNames.map((name, i) => ({
    name: name as string,
    value: (row.values[i] ?? 0) * (weights[i] ?? 0),
  }));
  const filled = slots.map((slot, i) => ({ asked: slot.asked, term: slot.term, by: filledBy(row.match, i, slots) }));
  const sides = (["before", "after"] as const).flatMap((side) => {
    const other = row[side][0];
    return other && other.score > 0 ? [unpackId(other.row.id)] : [];
  });
  return {
    parts: [...parts, ...row.priors]
      .filter(({ value }) => value !== 0)
      .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)),
    matched: filled.filter(({ by, term }) => by === term).map(({ asked }) => asked),
    related: filled.flatMap(({ asked, term, by }) =>
      by !== null && by !== term ? [{ asked, found: wordOfStem(by) }] : [],
    ),
    neighbours: sides,
    time: question.time && {
      text: question.time.text,
      from: msToIso(question.time.from),
      to: msToIso(question.time.to),
    },
    ...(row.meaning && {
      meaning: { likeness: row.meaning.likeness, standsOut: row.meaning.excess >= excessThatTells },
    }),
  };
}
