import { expect, test } from "vitest";
import { makeEntry } from "../../testing/nouns.ts";
import { findInEntries, foldQuery, nextHit } from "./find-in-entries.ts";

const entries = [
  makeEntry(1, { text: "The Reef is calm" }),
  makeEntry(2, { text: "nothing" }),
  makeEntry(3, {
    kind: "tool_call",
    text: "",
    tool: { callId: "1", name: "session_send", input: { to: ["Reefkeeper"] } },
  }),
  makeEntry(4, { text: "a REEF, again\nreef" }),
];

test("words are found in any case, in texts and in what tools were given, each entry once", () => {
  expect(findInEntries(entries, foldQuery(" reef "))).toEqual([1, 3, 4]);
  expect(findInEntries(entries, foldQuery("session_send"))).toEqual([3]);
  expect(findInEntries(entries, foldQuery("reef."))).toEqual([]);
  expect(findInEntries(entries, foldQuery("  "))).toEqual([]);
});

test("the next hit lies in the direction asked for and goes round at the ends", () => {
  const hits = [1, 3, 4];
  expect(nextHit(hits, { from: null, step: -1 })).toBe(4);
  expect(nextHit(hits, { from: 4, step: -1 })).toBe(3);
  expect(nextHit(hits, { from: 1, step: -1 })).toBe(4);
  expect(nextHit(hits, { from: 3, step: 1 })).toBe(4);
  expect(nextHit(hits, { from: 4, step: 1 })).toBe(1);
  expect(nextHit([], { from: 4, step: 1 })).toBeNull();
});
