/**
 * Learns the weights of `packages/recall/src/rank/weights.ts` (`node bench/memory-fit.ts --locomo PATH`) and prints them,
 * with the score of each conversation when it is left out. For each question it takes a softmax of every relevant candidate
 * against all irrelevant ones, with a penalty on large weights, optimised by Adam.
 */
import type { RecallRow } from "@reef/engine/port/recall";
import { openBotIndex } from "@reef/recall/index/bot-index";
import { createFinder } from "@reef/recall/index/find";
import { unpackId } from "@reef/recall/index/packed-id";
import { readQuestion } from "@reef/recall/query/question";
import { featureNames, featuresOf } from "@reef/recall/rank/features";
import { type LocomoConversation, readLocomo, scoreRanking } from "./memory-locomo.ts";

interface Example {
  readonly ids: readonly string[];
  readonly values: readonly Float64Array[];
  readonly relevant: ReadonlySet<string>;
}

const size = featureNames.length;
const penalty = 1e-3;
const steps = 300;
const rate = 0.05;

function examplesOf({ rows, questions }: LocomoConversation): readonly Example[] {
  using index = openBotIndex(":memory:");
  index.apply({ after: 0, through: 1, changes: rows.map((row: RecallRow) => ({ type: "put", row })) });
  const finder = createFinder(index);
  const newest = finder.newest() ?? 0;
  const now = new Date(newest).toISOString();
  return questions.map(({ text, relevant }) => {
    const question = readQuestion(text, { names: finder, anchor: { now: newest, newest } });
    const found = featuresOf(question, finder.find(question, { text, k: 10, now })).rows;
    return {
      ids: found.map(({ match }) => unpackId(match.row.id)),
      values: found.map(({ values }) => values),
      relevant,
    };
  });
}

/** Returns the standard deviation of each feature, so that one penalty fits all. */
function spreadOf(examples: readonly Example[]): Float64Array {
  const rows = examples.flatMap(({ values }) => values);
  return Float64Array.from(featureNames, (_, i) => {
    const mean = rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length;
    return Math.sqrt(rows.reduce((sum, row) => sum + ((row[i] ?? 0) - mean) ** 2, 0) / rows.length) + 1e-9;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Returns the weights of the unscaled features. */
function learn(examples: readonly Example[]): Float64Array {
  const spread = spreadOf(examples);
  const usable = examples.filter(({ ids, relevant }) => ids.some((id) => relevant.has(id)));
  const weights = new Float64Array(size);
  const momentum = new Float64Array(size);
  const square = new Float64Array(size);
  for (let step = 1; step <= steps; step++) {
    const slope = new Float64Array(size);
    for (const example of usable) addSlope(slope, example, weights);
    for (let i = 0; i < size; i++) {
      // In units of the spread: w = scaled / spread.
      const scaled =
        (slope[i] ?? 0) / usable.length / (spread[i] ?? 1) + penalty * (weights[i] ?? 0) * (spread[i] ?? 1);
      momentum[i] = 0.9 * (momentum[i] ?? 0) + 0.1 * scaled;
      square[i] = 0.999 * (square[i] ?? 0) + 0.001 * scaled * scaled;
      const move = (momentum[i] ?? 0) / (1 - 0.9 ** step) / (Math.sqrt((square[i] ?? 0) / (1 - 0.999 ** step)) + 1e-8);
      weights[i] = (weights[i] ?? 0) - (rate * move) / (spread[i] ?? 1);
    }
  }
  return weights;
}

function addSlope(slope: Float64Array, { ids, values, relevant }: Example, weights: Float64Array): void {
  const scores = values.map((row) => dot(row, weights));
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const isRelevant = ids.map((id) => relevant.has(id));
  const count = isRelevant.filter(Boolean).length;
  const others = powers.reduce((sum, power, i) => sum + (isRelevant[i] ? 0 : power), 0);
  const share = powers.reduce((sum, power, i) => sum + (isRelevant[i] ? 1 / (power + others) : 0), 0) / count;
  for (const [r, row] of values.entries()) {
    const power = powers[r] ?? 0;
    const factor = isRelevant[r] ? -others / (power + others) / count : power * share;
    for (let i = 0; i < size; i++) slope[i] = (slope[i] ?? 0) + factor * (row[i] ?? 0);
  }
}

function qualityOf(examples: readonly Example[], weights: Float64Array) {
  const scores = examples.map(({ ids, values, relevant }) => {
    const order = values.map((row, i) => ({ id: ids[i] ?? "", score: dot(row, weights) }));
    return scoreRanking(
      order.toSorted((a, b) => b.score - a.score).map(({ id }) => id),
      relevant,
    );
  });
  const mean = (key: "recall10" | "ndcg") => (100 * scores.reduce((sum, each) => sum + each[key], 0)) / scores.length;
  return { questions: scores.length, "recall@10": mean("recall10"), "nDCG@10": mean("ndcg") };
}

const path = process.argv[process.argv.indexOf("--locomo") + 1];
if (!path || !process.argv.includes("--locomo")) throw new Error("expected --locomo PATH");
const conversations = readLocomo(path).map(examplesOf);
for (const [left, held] of conversations.entries()) {
  const weights = learn(conversations.filter((_, i) => i !== left).flat());
  console.log(`left out ${left + 1}:`, JSON.stringify(qualityOf(held, weights)));
}
const weights = learn(conversations.flat());
console.log("all, seen:", JSON.stringify(qualityOf(conversations.flat(), weights)));
for (const [i, name] of featureNames.entries()) console.log(`  ${name}: ${(weights[i] ?? 0).toFixed(2)},`);
