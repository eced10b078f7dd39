/** Tests fusion: a text without a word of its question is found by parts of words, and only with fusion on. */
import { toInt8 } from "@reef/engine/memory/vector";
import type { RecallRow } from "@reef/engine/port/recall";
import { expect, test } from "vitest";
import { openBotIndex } from "../index/bot-index.ts";
import { createSearcher } from "../index/search.ts";
import { makeParaphrases } from "../testing/paraphrases.ts";
import { makeSynthetic } from "../testing/synthetic.ts";
import { defaultWeightByKind } from "./settings.ts";
import { createWordParts, wordPartsOf } from "./word-parts.ts";

const now = "2026-03-10T12:00:00.000Z";
const model = "word-parts";

interface Question {
  readonly text: string;
  readonly relevant: readonly string[];
  readonly now?: string;
  readonly asOf?: string | undefined;
}

/** Returns the share of relevant rows among the first ten, in percent. */
function recallAt10(rows: readonly RecallRow[], questions: readonly Question[], weight: number | null): number {
  using index = openBotIndex(":memory:");
  index.apply({ after: 0, through: 1, changes: rows.map((row) => ({ type: "put", row })) });
  const vectors = rows.map(({ id, speaker, text }) => ({
    id,
    vector: toInt8(wordPartsOf(speaker ? `${speaker}: ${text}` : text)),
  }));
  index.vectors.apply({ model, rows: 1, after: 0, through: vectors.length, vectors });
  const searcher = createSearcher(index);
  const shares = questions.map(({ text, relevant, now: at = now, asOf }) => {
    const meaning = weight === null ? {} : { meaning: { model, weight, vector: wordPartsOf(text) } };
    const { hits } = searcher.search({ text, k: 10, now: at, ...meaning, ...(asOf === undefined ? {} : { asOf }) });
    return relevant.filter((id) => hits.some((hit) => hit.id === id)).length / relevant.length;
  });
  return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
}

test("word parts find what shares no whole word with its question, and words alone do not", () => {
  const { rows, questions } = makeParaphrases(7);
  const asked = questions.map(({ text, relevant }) => ({ text, relevant: [relevant] }));
  const alone = recallAt10(rows, asked, null);
  const fused = recallAt10(rows, asked, defaultWeightByKind["word-parts"]);
  expect(alone).toBeLessThan(30);
  expect(fused).toBeGreaterThan(80);
});

test("with their default weight they cost nothing where words suffice", { timeout: 60_000 }, () => {
  const { rows, questions, now: at } = makeSynthetic(42);
  const some = questions.filter((_, i) => i % 5 === 0).map((question) => ({ ...question, now: at }));
  const alone = recallAt10(rows, some, null);
  expect(recallAt10(rows, some, defaultWeightByKind["word-parts"])).toBeGreaterThanOrEqual(alone - 1);
});

test("the same text has the same vector, and a text without words has none", async () => {
  const embedder = createWordParts({ weight: 1 });
  const signal = new AbortController().signal;
  const [a, b, empty, han] = await embedder.embed(["Fahrradwerkstatt", "Fahrradwerkstatt", " … ", "東京の天気"], {
    purpose: "memory",
    signal,
  });
  expect(a).toEqual(b);
  expect(a?.some((value) => value !== 0)).toBe(true);
  expect(empty?.every((value) => value === 0)).toBe(true);
  expect(han?.some((value) => value !== 0)).toBe(true);
  await expect(embedder.embed(["a"], { purpose: "memory", signal: AbortSignal.abort() })).rejects.toThrow();
});
