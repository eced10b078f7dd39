import { expect, test } from "vitest";
import { makeEntry, makeSchedule } from "../../testing/nouns.ts";
import { sentTexts, stepInHistory } from "./sent-history.ts";

test("history holds a person's own words, newest first, each once", () => {
  const person = (seq: number, text: string) => makeEntry(seq, { kind: "person", text, from: { kind: "person" } });
  // The empty one was a message of files alone.
  const entries = [person(1, "a"), makeEntry(2), person(3, "b"), person(4, "a"), person(6, "")];
  const from = { kind: "schedule", scheduleId: makeSchedule("tea").id, name: "tea", by: "person" } as const;
  const dueAt = "2026-01-31T12:00:00.000Z";
  entries.push(makeEntry(5, { kind: "person", text: "planned", from: { ...from, dueAt, missed: 0 } }));
  expect(sentTexts(entries)).toEqual(["a", "b"]);
});

test("↑ walks back from an empty box and ↓ forth again; a text that was written by hand keeps its arrows", () => {
  const texts = ["new", "old"];
  expect(stepInHistory(texts, { shown: "", at: -1, step: 1 })).toBe(0);
  expect(stepInHistory(texts, { shown: "new", at: 0, step: 1 })).toBe(1);
  expect(stepInHistory(texts, { shown: "old", at: 1, step: 1 })).toBeNull();
  expect(stepInHistory(texts, { shown: "new", at: 0, step: -1 })).toBe(-1);
  expect(stepInHistory(texts, { shown: "", at: -1, step: -1 })).toBeNull();
  expect(stepInHistory(texts, { shown: "draft", at: -1, step: 1 })).toBeNull();
  expect(stepInHistory(texts, { shown: "new, changed", at: 0, step: 1 })).toBeNull();
});
