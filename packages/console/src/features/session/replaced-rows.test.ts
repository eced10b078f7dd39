import type { Entry } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import { makeEntry } from "../../testing/nouns.ts";
import { countReplaced, foldReplaced } from "./replaced-rows.ts";
import { entriesToRows, type TranscriptRow } from "./transcript-rows.ts";

const say = (seq: number, replacedBy?: number): Entry =>
  makeEntry(seq, { kind: seq % 2 === 1 ? "person" : "bot", ...(replacedBy !== undefined && { replacedBy }) });
const rewound = (seq: number, toSeq: number, replacedBy?: number): Entry => ({
  ...say(seq, replacedBy),
  kind: "notice",
  notice: { type: "rewound", toSeq },
});

const fold = (entries: readonly Entry[], open: readonly number[] = []) =>
  foldReplaced(entriesToRows(entries), entries, new Set(open)).filter(({ type }) => type !== "day");
const words = (rows: readonly TranscriptRow[]) =>
  rows.map((row) => (row.type === "replaced" ? countReplaced(row) : row.type === "entry" ? row.entry.text : row.type));

test("TU10: a replaced part is one line where it began, and its notice has no row of its own", () => {
  const entries = [say(1), say(2), say(3, 5), say(4, 5), rewound(5, 2), say(6)];
  expect(words(fold(entries))).toEqual(["text 1", "text 2", 2, "text 6"]);
  expect(words(fold(entries, [3]))).toEqual(["text 1", "text 2", 2, "text 3", "text 4", "text 6"]);
});

test("TU10: a day that a replaced part holds heads what follows it", () => {
  const on = (day: number, entry: Entry): Entry => ({ ...entry, at: `2026-01-${day}T12:00:00.000Z` });
  const entries = [on(10, say(1, 4)), on(11, say(2, 4)), on(12, say(3, 4)), on(12, rewound(4, 0)), on(12, say(5))];
  const types = (open: readonly number[]) =>
    foldReplaced(entriesToRows(entries), entries, new Set(open)).map(({ type }) => type);
  expect(types([])).toEqual(["day", "replaced", "day", "entry"]);
  expect(types([1])).toEqual(["day", "replaced", "entry", "day", "entry", "day", "entry", "entry"]);
});

test("TU10: a part that was replaced with its own replaced parts is one line; versions in one place are one line each", () => {
  const nested = [say(1), say(2, 4), say(3, 4), rewound(4, 1, 6), say(5, 6), rewound(6, 1), say(7)];
  expect(words(fold(nested))).toEqual(["text 1", 4, "text 7"]);
  expect(words(fold(nested, [5]))).toEqual(["text 1", 4, "text 2", "text 3", "text 4", "text 5", "text 7"]);
  const beside = [say(1), say(2, 3), rewound(3, 1), say(4, 5), rewound(5, 3), say(6)];
  expect(words(fold(beside))).toEqual(["text 1", 1, 1, "text 6"]);
});

test("TU10: where only the end of a replaced part is loaded, its line stands before that", () => {
  expect(words(fold([say(4, 5), rewound(5, 2), say(6)]))).toEqual([2, "text 6"]);
  expect(words(fold([rewound(5, 2), say(6)]))).toEqual([2, "text 6"]);
});
