/**
 * Tests the quality of ranking: 500 questions over a made-up archive. Thresholds are slightly below what ranking
 * reaches today.
 */
import { expect, test } from "vitest";
import { openBotIndex } from "./index/bot-index.ts";
import { createSearcher } from "./index/search.ts";
import { makeSynthetic, type SyntheticQuestion } from "./testing/synthetic.ts";

const { rows, questions, now } = makeSynthetic(42);

function runAll() {
  using index = openBotIndex(":memory:");
  index.apply({ after: 0, through: 1, changes: rows.map((row) => ({ type: "put", row })) });
  const searcher = createSearcher(index);
  return questions.map((question) => {
    const { text, asOf } = question;
    const { hits } = searcher.search({ text, k: 10, now, ...(asOf === undefined ? {} : { asOf }) });
    return { question, ids: hits.map(({ id }) => id) };
  });
}

const results = runAll();

function scoreOf(type: SyntheticQuestion["type"]) {
  const ofType = results.filter(({ question }) => question.type === type);
  const recall = ofType.map(
    ({ question, ids }) => question.relevant.filter((id) => ids.includes(id)).length / question.relevant.length,
  );
  const reciprocal = ofType.map(
    ({ question, ids }) => 1 / (1 + ids.findIndex((id) => question.relevant.includes(id)) || Number.POSITIVE_INFINITY),
  );
  const mean = (values: readonly number[]) => (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
  return { recall: mean(recall), mrr: mean(reciprocal) };
}

test("there are 500 questions over more than 1,500 memories", () => {
  expect(questions).toHaveLength(500);
  expect(rows.length).toBeGreaterThan(1_500);
});

test.each([
  ["direct", 92, 97],
  ["related", 82, 82],
  ["when", 99, 99],
  ["fact", 99, 99],
  ["past", 82, 70],
] as const)("%s questions: recall@10 of at least %d %%, MRR of at least %d %%", (type, recall, mrr) => {
  const score = scoreOf(type);
  expect(score.recall).toBeGreaterThanOrEqual(recall);
  expect(score.mrr).toBeGreaterThanOrEqual(mrr);
});

test("ME4: no fact is found that does not hold at the time asked for", () => {
  const wrong = results.flatMap(({ question, ids }) => ids.filter((id) => question.forbidden.includes(id)));
  expect(wrong).toEqual([]);
});
