/**
 * Implements the formula of OpenClaw's builtin memory search, from its description: 0.7 of the vector's cosine and 0.3 of
 * the words' BM25 over one plus itself, up to 200 candidates of each. It is not the product itself, which first cuts files
 * into pieces.
 */
import type { RecallRow } from "@reef/engine/port/recall";
import Database from "better-sqlite3";
import { lineOf, type Retriever } from "./memory-retriever.ts";
import { cosine, textToVector } from "./memory-vectors.ts";

const vectorWeight = 0.7;
const wordWeight = 0.3;
const candidates = 200;

export const openclawRetrievers: readonly Retriever[] = [
  { name: "OpenClaw formula", open: (rows) => open(rows, vectorWeight) },
  { name: "OpenClaw formula, words only", open: (rows) => open(rows, 0) },
];

async function open(rows: readonly RecallRow[], weight: number) {
  const db = new Database(":memory:");
  db.exec("CREATE VIRTUAL TABLE f USING fts5(text, tokenize = 'unicode61')");
  const insert = db.prepare("INSERT INTO f(rowid, text) VALUES(?, ?)");
  for (const [i, row] of rows.entries()) insert.run(i + 1, lineOf(row));
  const match = db.prepare<[string], { r: number; b: number }>(
    `SELECT rowid r, -rank b FROM f WHERE f MATCH ? ORDER BY rank LIMIT ${candidates}`,
  );
  const vectors = rows.map((row) => textToVector(lineOf(row)));
  return {
    async search(question: string) {
      const scores = new Map<number, number>();
      const asked = textToVector(question);
      const near = vectors.map((vector, i) => ({ i, near: cosine(vector, asked) }));
      for (const { i, near: score } of near.toSorted((a, b) => b.near - a.near).slice(0, candidates)) {
        if (weight > 0) scores.set(i, weight * score);
      }
      const words = question.match(/[\p{L}\p{N}_]+/gu) ?? [];
      const found = words.length === 0 ? [] : match.all(words.map((word) => `"${word}"`).join(" OR "));
      for (const { r, b } of found) scores.set(r - 1, (scores.get(r - 1) ?? 0) + (wordWeight * b) / (1 + b));
      const best = [...scores].toSorted((a, b) => b[1] - a[1]).slice(0, 10);
      return best.map(([i]) => rows[i]?.id ?? "");
    },
    async [Symbol.asyncDispose]() {
      db.close();
    },
  };
}
