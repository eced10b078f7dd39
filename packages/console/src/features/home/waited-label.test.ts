import { expect, test } from "vitest";
import { roughly, waitedLabel } from "./waited-label.ts";

test("a wait is told roughly, in the largest unit that says something", () => {
  const minute = 60_000;
  const labels = [-minute, 0, minute - 1, minute, 59 * minute, 60 * minute, 47 * 60 * minute, 48 * 60 * minute];
  expect(labels.map(roughly)).toEqual(["just now", "just now", "just now", "1 min", "59 min", "1 h", "47 h", "2 days"]);
  expect(waitedLabel("2026-01-31T12:00:00.000Z", Date.parse("2026-01-31T12:06:30.000Z"))).toBe("waiting 6 min");
});
