import type { Budget } from "@reef/protocol/budget";
import { expect, it } from "vitest";
import { budgetNotes, scopeLabel, smallestLabel, usedLabel, usedShare } from "./budget-words.ts";

const budget: Budget = {
  id: "bdg_1" as never,
  scope: { kind: "whole" },
  period: "day",
  limitUsd: 5,
  limitTokens: null,
  warnAt: 0.8,
  extraUsd: 0,
  extraTokens: 0,
  spentUsd: 4,
  spentTokens: 1_000,
  unpricedCalls: 1,
  reservedUsd: 0.2,
  reservedTokens: 100,
  state: "warn",
  since: null,
  until: null,
  setBy: "you",
  askId: null,
  version: 1,
  createdAt: "2026-01-01T00:00:00.000Z" as never,
  updatedAt: "2026-01-01T00:00:00.000Z" as never,
};

it("BU3: a budget says what is used of which limit, by what, and who set it", () => {
  expect(usedLabel(budget)).toBe("$4.00 of $5.00 a day");
  expect(usedShare(budget)).toBe(0.8);
  expect(budgetNotes(budget)).toBe("nearly used up · $0.20 reserved · 1 call without a known price · set by you");
});

it("BU3: an allowance counts, a limit of nothing is used up, and a deleted scope has words", () => {
  expect(usedShare({ ...budget, extraUsd: 5 })).toBe(0.4);
  expect(usedShare({ ...budget, limitUsd: 0 })).toBe(1);
  const none = { bot: () => undefined, topic: () => undefined, session: () => undefined };
  expect(scopeLabel({ kind: "tree", id: "ses_1" as never }, none)).toBe("A session and all below it");
});

it("BU1: a limit below what one call needs is named while it is typed", () => {
  const smallest = { tokens: 3_000, usd: 0.03, isOwn: true };
  expect(smallestLabel(smallest, { usd: "", tokens: "" })).toBe(
    "A call like the latest one needs about 3,000 tokens or $0.03.",
  );
  expect(smallestLabel(smallest, { usd: "0.01", tokens: "" })).toContain(
    "a smaller limit asks you before its first call",
  );
  expect(smallestLabel({ ...smallest, usd: null, isOwn: false }, { usd: "0", tokens: "5000" })).toBe(
    "It has no calls yet. One like the latest of all bots needs about 3,000 tokens.",
  );
});
