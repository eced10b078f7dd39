import { expect, test } from "vitest";
import { hasTimeWords, readTime } from "./expression.ts";

const now = Date.UTC(2026, 2, 11, 12); // Wednesday 11 March 2026
const day = (at: number) => new Date(at).toISOString().slice(0, 10);

test.each([
  ["what happened yesterday?", "yesterday", "2026-03-10", "2026-03-11"],
  ["the call this morning", "this morning", "2026-03-11", "2026-03-12"],
  ["the plan of last week", "last week", "2026-03-02", "2026-03-09"],
  ["what we did this month", "this month", "2026-03-01", "2026-04-01"],
  ["last weekend at the lake", "last weekend", "2026-03-07", "2026-03-09"],
  ["the trip last year", "last year", "2025-01-01", "2026-01-01"],
  ["who called on Friday?", "on Friday", "2026-03-06", "2026-03-07"],
  ["who called last Wednesday?", "last Wednesday", "2026-03-04", "2026-03-05"],
  ["who called 3 days ago?", "3 days ago", "2026-03-08", "2026-03-09"],
  ["the offer of two months ago", "two months ago", "2025-12-26", "2026-01-26"],
  ["what changed in the last two weeks?", "in the last two weeks", "2026-02-25", "2026-03-12"],
  ["the storm in January", "in January", "2026-01-01", "2026-02-01"],
  ["the storm in August", "in August", "2025-08-01", "2025-09-01"],
  ["the storm in May 2023", "May 2023", "2023-05-01", "2023-06-01"],
  ["on 5 May 2023", "5 May 2023", "2023-05-05", "2023-05-06"],
  ["on May 5th, 2023", "May 5th, 2023", "2023-05-05", "2023-05-06"],
  ["on 24 December", "24 December", "2025-12-24", "2025-12-25"],
  ["on 2024-02-29", "2024-02-29", "2024-02-29", "2024-03-01"],
  ["in 2019", "in 2019", "2019-01-01", "2020-01-01"],
  ["in the summer of 2024", "in the summer of 2024", "2024-06-01", "2024-09-01"],
])("%s", (text, words, from, to) => {
  const span = readTime(text, { now, newest: now });
  expect(span && { text: span.text, from: day(span.from), to: day(span.to) }).toEqual({ text: words, from, to });
});

test("a month without a year is the newest that the memories reach", () => {
  const span = readTime("in August", { now, newest: Date.UTC(2023, 9, 1) });
  expect(span && day(span.from)).toBe("2023-08-01");
});

test.each(["may I ask?", "who won?", "version 2.0", "room 101", ""])("no time in: %j", (text) => {
  expect(readTime(text, { now, newest: now })).toBeNull();
});

test("a text speaks of a time, or does not", () => {
  expect(hasTimeWords("we met two weeks ago")).toBe(true);
  expect(hasTimeWords("you may go")).toBe(false);
});
