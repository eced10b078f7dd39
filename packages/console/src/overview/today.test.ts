import { expect, test } from "vitest";
import { botId } from "../testing/nouns.ts";
import { dayStartMs, tokensToday } from "./today.ts";

const spend = { modelCalls: 3, inputTokens: 100, outputTokens: 20, costUsd: 0, unpricedCalls: 3 };

test("BU2: today's tokens are the spend without what was used before midnight", () => {
  const before = new Map([[botId("ada"), 90]]);
  expect(tokensToday({ id: botId("ada"), spend }, before)).toBe(30);
  expect(tokensToday({ id: botId("new"), spend }, before)).toBe(120);
});

test("the day begins at midnight of this place", () => {
  const start = new Date(2026, 1, 3, 0, 0, 0).getTime();
  for (const time of [new Date(2026, 1, 3, 0, 0, 0), new Date(2026, 1, 3, 23, 59, 59)]) {
    expect(dayStartMs(time.getTime())).toBe(start);
  }
});
