import { expect, test } from "vitest";
import { homeAnswers } from "./home-answers.ts";

test("AS1: a few short answers of a bot's question can be given on Home", () => {
  expect(homeAnswers({ kind: "question", options: ["Send", "Not yet"], freeText: false })).toEqual({
    options: [
      { label: "Send", opens: false },
      { label: "Not yet", opens: false },
    ],
    hasMore: false,
  });
  expect(homeAnswers({ kind: "question", options: ["Send"], freeText: true }).hasMore).toBe(true);
});

test("AS1: an answer that ends a turn or a chain for good is given on its card", () => {
  for (const kind of ["chain", "loop"] as const) {
    const { options } = homeAnswers({ kind, options: ["Go on", "Stop here"], freeText: false });
    expect(options.every(({ opens }) => opens)).toBe(true);
  }
  expect(homeAnswers({ kind: "question", options: ["Delete…", "Keep"], freeText: false }).options).toEqual([
    { label: "Delete…", opens: true },
    { label: "Keep", opens: false },
  ]);
});

test("SE7: many, long or no answers are left to the card", () => {
  const open = { options: [], hasMore: true };
  expect(homeAnswers({ kind: "question", options: [], freeText: true })).toEqual(open);
  expect(homeAnswers({ kind: "question", options: ["a", "b", "c", "d"], freeText: false })).toEqual(open);
  expect(homeAnswers({ kind: "question", options: ["x".repeat(25)], freeText: false })).toEqual(open);
});
