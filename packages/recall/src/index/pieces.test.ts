/** Tests that pieces of conversations stay in step with their lines, and what they find on a large bot. */
import type { RecallRow } from "@reef/engine/port/recall";
import { expect, test } from "vitest";
import { createRandom, makeLine } from "../testing/speech.ts";
import { openBotIndex } from "./bot-index.ts";
import { speakerTerm } from "./pieces.ts";
import type { IndexedRow } from "./row.ts";
import { createSearcher } from "./search.ts";

const now = "2026-01-01T00:00:00.000Z";

function openIndex() {
  const index = openBotIndex(":memory:");
  let version = 0;
  return {
    index,
    put(rows: readonly RecallRow[]) {
      version = index.apply({
        after: version,
        through: version + 1,
        changes: rows.map((row) => ({ type: "put", row })),
      }).version;
    },
    drop(ids: readonly string[]) {
      version = index.apply({
        after: version,
        through: version + 1,
        changes: ids.map((id) => ({ type: "drop", id })),
      }).version;
    },
    /** By piece: the terms that find it. */
    found(): ReadonlyMap<number, readonly string[]> {
      index.db.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.found USING fts5vocab('main', 'pieces', 'instance')");
      const rows = index.db.prepare("SELECT doc, term FROM temp.found").all() as { doc: number; term: string }[];
      return groupTerms(rows.map(({ doc, term }) => [doc, term]));
    },
    /** The same, computed from the lines. */
    expected(): ReadonlyMap<number, readonly string[]> {
      const rows = index.db.prepare("SELECT * FROM memory WHERE piece IS NOT NULL").all() as IndexedRow[];
      return groupTerms(
        rows.flatMap(({ piece, terms, speaker }) =>
          [...terms.split(" "), ...(speaker === null ? [] : [speakerTerm(speaker)])].map((term): [number, string] => [
            piece ?? 0,
            term,
          ]),
        ),
      );
    },
    counts: () => index.db.prepare("SELECT number, rows FROM piece").raw().all() as [number, number][],
  };
}

function groupTerms(pairs: readonly (readonly [number, string])[]): ReadonlyMap<number, readonly string[]> {
  const terms = new Map<number, Set<string>>();
  for (const [piece, term] of pairs) terms.set(piece, (terms.get(piece) ?? new Set()).add(term));
  return new Map([...terms].toSorted((a, b) => a[0] - b[0]).map(([piece, set]) => [piece, [...set].toSorted()]));
}

function makeLines(count: number, seed: number): RecallRow[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => makeLine(i, { random, vocabulary: 400, words: 8 }));
}

test("pieces hold what their lines hold, however these come, change and go", () => {
  const { index, put, drop, found, expected, counts } = openIndex();
  const random = createRandom(5);
  const lines = makeLines(400, 1);
  const others = makeLines(400, 2);
  for (let round = 0; round < 60; round++) {
    const some = () => Array.from({ length: 1 + Math.floor(random() * 12) }, () => Math.floor(random() * lines.length));
    if (round % 3 === 2) drop(some().map((i) => lines[i]?.id ?? ""));
    else put(some().flatMap((i) => (round % 2 ? lines : others)[i] ?? []));
    expect(found()).toEqual(expected());
  }
  const held = index.db.prepare("SELECT piece, count(*) FROM memory GROUP BY piece ORDER BY piece").raw().all();
  expect(counts()).toEqual(held);
  drop(lines.map(({ id }) => id));
  expect(found().size).toBe(0);
  expect(counts()).toEqual([]);
  index[Symbol.dispose]();
});

test("a long conversation of one day is several pieces", () => {
  const { index, put, counts } = openIndex();
  const lines = makeLines(100, 3).map((row, i) => ({ ...row, conversation: "one", occurredAt: now, seq: i + 1 }));
  put(lines.slice(0, 30));
  put(lines.slice(30));
  expect(counts().map(([, rows]) => rows)).toEqual([40, 40, 20]);
  index[Symbol.dispose]();
});

test("on a large bot, a line without a word of the question is found by its conversation", () => {
  const { index, put } = openIndex();
  put(makeLines(6_000, 4));
  const said = [
    ["Zoe", "How did the rehearsal with the orchestra go, before the concert?"],
    ["Yan", "Quite well, we laughed a lot"],
    ["Zoe", "So what is the plan now?"],
    ["Yan", "It moved to Thursday evening, in the old brewery"],
  ] as const;
  put(
    said.map(([speaker, text], i) => ({
      id: `said-${i}`,
      kind: "entry" as const,
      speaker,
      text,
      conversation: "rehearsal",
      occurredAt: "2024-05-06T12:00:00.000Z",
      seq: i + 1,
    })),
  );
  const { hits } = createSearcher(index).search({
    text: "When does Yan play the concert with the orchestra?",
    k: 3,
    now,
  });
  expect(hits.map(({ id }) => id)).toContain("said-3");
  index[Symbol.dispose]();
});

test("the counts of conversations follow their lines", () => {
  const { index, put, drop } = openIndex();
  const lines = makeLines(60, 6);
  put(lines);
  expect(index.state().episodes).toBe(3);
  put(lines.slice(0, 30));
  drop(lines.slice(0, 20).map(({ id }) => id));
  expect(index.state().episodes).toBe(2);
  expect(index.state().episodeLength).toBe(index.state().length);
  drop(lines.map(({ id }) => id));
  expect(index.state()).toMatchObject({ rows: 0, episodes: 0, episodeLength: 0 });
  index[Symbol.dispose]();
});
