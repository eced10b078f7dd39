import type { Memory, RecallWhy } from "@reef/protocol/memory";
import { expect, test } from "vitest";
import { markOf, sharesOf } from "./memory-words.ts";

const memory = { supersededBy: null, archivedAt: null, archivedFor: null, trust: "bot", approvedAt: null } as Memory;
const why: RecallWhy = { parts: [], matched: [], related: [], neighbours: [], time: null };

test("ME4: a corrected memory says so, and one that holds says nothing", () => {
  expect(markOf(memory)).toBeNull();
  expect(markOf({ ...memory, supersededBy: "mem_1" as Memory["id"] })?.label).toBe("Replaced");
});

test("ME5: what a tool brought waits for a person until it is approved", () => {
  expect(markOf({ ...memory, trust: "tool" })?.state).toBe("waits");
  expect(
    markOf({ ...memory, trust: "tool", approvedAt: "2026-01-01T00:00:00.000Z" as Memory["createdAt"] }),
  ).toBeNull();
});

test("ME7: a proposal is no forgotten memory, and a swept one names why it was put away", () => {
  const archivedAt = "2026-01-01T00:00:00.000Z" as Memory["createdAt"];
  expect(markOf({ ...memory, archivedAt, archivedFor: "suggested" })?.state).toBe("suggested");
  expect(markOf({ ...memory, archivedAt, archivedFor: "quota" })?.label).toBe("Archived: over the limit");
  expect(markOf({ ...memory, archivedAt, archivedFor: "forgotten" })?.label).toBe("Forgotten");
});

test("ME8: parts of one sort are one bar, largest first, and what speaks against a memory has a length too", () => {
  const parts = [
    { name: "pairs", value: 0.5 },
    { name: "coverage", value: 1.5 },
    { name: "fact", value: -1 },
    { name: "age", value: 0.001 },
  ];
  expect(sharesOf({ ...why, parts })).toEqual([
    { label: "its words", value: 2, share: 1 },
    { label: "its kind", value: -1, share: 0.5 },
  ]);
  expect(sharesOf(why)).toEqual([]);
});
