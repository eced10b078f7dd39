/** Tests similarity of meaning beside words, on vectors made for it: dimensions 0, 1, 2 … represent subjects. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toInt8 } from "@reef/engine/memory/vector";
import type { RecallQuery, RecallRow } from "@reef/engine/port/recall";
import { expect, test } from "vitest";
import { createRandom } from "../testing/speech.ts";
import { openBotIndex } from "./bot-index.ts";
import { createSearcher } from "./search.ts";

const now = "2026-03-11T12:00:00.000Z";
const model = "made-up";
const dimensions = 32;

function about(subject: number, noise = 0): Float32Array {
  const random = createRandom(subject * 7_919 + noise);
  return Float32Array.from({ length: dimensions }, (_, i) => (i === subject ? 1 : 0.15 * (random() - 0.5)));
}

interface Given {
  readonly row: RecallRow;
  readonly subject: number | null;
}

const fact = (id: string, text: string, more: Partial<RecallRow> = {}): RecallRow => ({
  id,
  kind: "fact",
  text,
  ...more,
});
const fillers = Array.from({ length: 20 }, (_, i): Given => {
  return { row: fact(`filler${i}`, `plain words number${i}`), subject: 8 + (i % 20) };
});

function indexOf(given: readonly Given[], path = ":memory:") {
  const index = openBotIndex(path);
  index.apply({ after: 0, through: 1, changes: given.map(({ row }) => ({ type: "put", row })) });
  const vectors = given.flatMap(({ row, subject }, i) =>
    subject === null ? [] : [{ id: row.id, vector: toInt8(about(subject, i + 1)) }],
  );
  index.vectors.apply({ model, rows: 1, after: 0, through: vectors.length, vectors });
  const searcher = createSearcher(index);
  const hits = (text: string, subject: number | null, more: Partial<RecallQuery> = {}) => {
    const meaning = subject === null ? {} : { meaning: { model, weight: 1, vector: about(subject) } };
    return searcher.search({ text, k: 10, now, ...meaning, ...more }).hits;
  };
  return {
    index,
    hits,
    ids: (...query: Parameters<typeof hits>) => hits(...query).map(({ id }) => id),
    [Symbol.dispose]: () => index[Symbol.dispose](),
  };
}

test("ME8: what means the same is found without a word in common, and says how like it is", () => {
  using index = indexOf([{ row: fact("bike", "I cycle to the office"), subject: 1 }, ...fillers]);
  expect(index.ids("how does she commute?", null)).toEqual([]);
  const [first] = index.hits("how does she commute?", 1);
  expect(first).toMatchObject({ id: "bike", why: { matched: [], meaning: { standsOut: true } } });
  expect(first?.why.meaning?.likeness).toBeGreaterThan(0.8);
  expect(first?.why.parts.map(({ name }) => name)).toContain("meaning");
});

test("ME8: with meaning too, the parts add up to the score", () => {
  using index = indexOf([{ row: fact("bike", "I cycle to the office"), subject: 1 }, ...fillers]);
  for (const { score, why } of index.hits("the office with plain words?", 1)) {
    expect(why.parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 9);
  }
});

test("what is no more like the question than most is no reason by itself, and what has no vector is found by words", () => {
  using index = indexOf([{ row: fact("new", "the kettle is new"), subject: null }, ...fillers]);
  const hits = index.hits("kettle?", 1);
  expect(hits[0]?.id).toBe("new");
  expect(hits[0]?.why.meaning).toBeUndefined();
  expect(hits.filter(({ why }) => why.meaning?.standsOut === true)).toEqual([]);
});

test("what is no more like the question than usual is not found by meaning, but among three memories nothing is usual", () => {
  using many = indexOf([{ row: fact("bike", "I cycle to the office"), subject: 1 }, ...fillers]);
  expect(many.ids("how does she commute?", 1)[0]).toBe("bike");
  expect(many.ids("how does she commute?", 1).length).toBeLessThan(5);
  using few = indexOf([{ row: fact("bike", "I cycle to the office"), subject: 1 }, ...fillers.slice(0, 2)]);
  expect(few.ids("how does she commute?", 1)).toContain("bike");
});

test("vectors of another model, or of another length, are never compared", () => {
  using index = indexOf([{ row: fact("bike", "I cycle to the office"), subject: 1 }, ...fillers]);
  const asked = { weight: 1, vector: about(1) };
  expect(index.ids("commute?", null, { meaning: { ...asked, model: "another" } })).toEqual([]);
  expect(index.ids("commute?", null, { meaning: { ...asked, model, vector: new Float32Array(8).fill(1) } })).toEqual(
    [],
  );
});

test("ME4: meaning finds what held then, and not what came later or is over", () => {
  using index = indexOf([
    {
      row: fact("old", "cycles", { validFrom: "2025-01-01T00:00:00.000Z", validTo: "2026-01-01T00:00:00.000Z" }),
      subject: 1,
    },
    { row: fact("new", "drives", { validFrom: "2026-01-01T00:00:00.000Z" }), subject: 1 },
    ...fillers,
  ]);
  expect(index.ids("commute?", 1)[0]).toBe("new");
  expect(index.ids("commute?", 1)).not.toContain("old");
  const then = index.ids("commute?", 1, { asOf: "2025-06-01T00:00:00.000Z" });
  expect(then).toContain("old");
  expect(then).not.toContain("new");
});

test("filters of kind and trust hold for what meaning finds", () => {
  using index = indexOf([
    { row: { ...fact("note", "cycles"), kind: "note", trust: "tool" }, subject: 1 },
    { row: fact("fact", "drives", { trust: "person" }), subject: 1 },
    ...fillers,
  ]);
  expect(index.ids("commute?", 1, { kinds: ["note"] })).toEqual(["note"]);
  expect(index.ids("commute?", 1, { trust: ["person"] })).toEqual(["fact"]);
});

test("a row that is put again keeps its vector; one that is dropped loses it, and has none when it comes back", () => {
  using index = indexOf([{ row: fact("bike", "cycles"), subject: 1 }, ...fillers]);
  expect(index.ids("commute?", 1)[0]).toBe("bike");
  const put = (importance: number) => ({ type: "put" as const, row: fact("bike", "cycles", { importance }) });
  index.index.apply({ after: 1, through: 2, changes: [put(0.9)] });
  expect(index.ids("commute?", 1)[0]).toBe("bike");
  index.index.apply({ after: 2, through: 3, changes: [{ type: "drop", id: "bike" }] });
  expect(index.ids("commute?", 1)).not.toContain("bike");
  index.index.apply({ after: 3, through: 4, changes: [put(0.5)] });
  expect(index.ids("commute?", 1)).not.toContain("bike");
});

test("vectors are followed by their version, and another model's begin anew", () => {
  using index = indexOf([{ row: fact("bike", "cycles"), subject: 1 }, ...fillers]);
  const { vectors } = index.index;
  const count = vectors.version(model);
  expect(count).toBe(21);
  const [one] = [{ id: "bike", vector: toInt8(about(2)) }];
  expect(vectors.apply({ model, rows: 1, after: count + 1, through: count + 2, vectors: [one] })).toEqual({
    state: "behind",
    version: count,
  });
  expect(vectors.apply({ model, rows: 2, after: count, through: count + 1, vectors: [one] }).state).toBe("behind");
  expect(index.ids("commute?", 1)[0]).toBe("bike");
  vectors.apply({ model, rows: 1, after: count, through: count + 1, vectors: [one, { ...one, id: "not there" }] });
  expect(index.ids("sums?", 2)[0]).toBe("bike");
  expect(vectors.version("another")).toBe(0);
  expect(vectors.apply({ model: "another", rows: 1, after: 3, through: 4, vectors: [one] })).toEqual({
    state: "behind",
    version: 0,
  });
  vectors.apply({ model: "another", rows: 1, after: 0, through: 1, vectors: [one] });
  expect([vectors.version(model), vectors.version("another")]).toEqual([0, 1]);
  expect(index.ids("sums?", 2)).toEqual([]);
  // The fillers' vectors are gone with their model.
  const meaning = { model: "another", weight: 1, vector: about(2) };
  expect(index.ids("sums?", null, { meaning })).toEqual(["bike"]);
});

test("a vector of another length than the others is as good as none", () => {
  using index = indexOf([{ row: fact("bike", "I cycle to the office"), subject: 1 }, ...fillers]);
  index.index.vectors.apply({
    model,
    rows: 1,
    after: 21,
    through: 22,
    vectors: [{ id: "bike", vector: new Int8Array(8).fill(9) }],
  });
  const [first] = index.hits("the office?", 1);
  expect(first?.id).toBe("bike");
  expect(first?.why.meaning).toBeUndefined();
});

test("ME6: the vector of what was dropped is not in the file any more", () => {
  const folder = mkdtempSync(join(tmpdir(), "reef-vectors-"));
  try {
    const path = join(folder, "one.index");
    const secret = toInt8(about(3, 4_711));
    const mark = Buffer.from(secret.buffer).toString("latin1").slice(4, 24);
    const bytes = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));
    {
      using index = indexOf(fillers, path);
      index.index.apply({ after: 1, through: 2, changes: [{ type: "put", row: fact("secret", "a secret") }] });
      index.index.vectors.apply({
        model,
        rows: 1,
        after: 20,
        through: 21,
        vectors: [{ id: "secret", vector: secret }],
      });
    }
    expect(bytes().join("")).toContain(mark);
    {
      const index = openBotIndex(path);
      index.apply({ after: 2, through: 3, changes: [{ type: "drop", id: "secret" }] });
      index[Symbol.dispose]();
    }
    expect(bytes().join("")).not.toContain(mark);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("of thousands of vectors, the bits choose nearly all of those that are nearest", () => {
  const random = createRandom(3);
  const size = 128;
  const centres = Array.from({ length: 300 }, () => Float32Array.from({ length: size }, () => random() - 0.5));
  const near = (centre: Float32Array) => centre.map((value) => value + 0.5 * (random() - 0.5));
  const rows = Array.from({ length: 6_000 }, (_, i) => ({
    row: fact(`m${i}`, `word${i}`),
    vector: near(centres[i % centres.length] as Float32Array),
  }));
  using index = openBotIndex(":memory:");
  index.apply({ after: 0, through: 1, changes: rows.map(({ row }) => ({ type: "put", row })) });
  const vectors = rows.map(({ row: { id }, vector }) => ({ id, vector: toInt8(vector) }));
  index.vectors.apply({ model, rows: 1, after: 0, through: 6_000, vectors });
  const angle = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / Math.hypot(...a) / Math.hypot(...b);
  const numberById = new Map(
    index.db
      .prepare<[], { id: string; number: number }>("SELECT id, number FROM memory")
      .all()
      .map((row) => [row.id, row.number]),
  );
  let found = 0;
  for (let i = 0; i < 20; i++) {
    const question = near(centres[i] as Float32Array);
    const exact = rows
      .map(({ row: { id }, vector }) => ({ number: numberById.get(id), likeness: angle(question, vector) }))
      .toSorted((a, b) => b.likeness - a.likeness)
      .slice(0, 10);
    const nearest = new Set(index.vectors.compare(question, { model, limit: 10 })?.nearest.map(({ number }) => number));
    found += exact.filter(({ number }) => number !== undefined && nearest.has(number)).length;
  }
  expect(found / 200).toBeGreaterThan(0.9);
});
