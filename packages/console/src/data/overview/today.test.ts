import { expect, test } from "vitest";
import { botId } from "../../testing/nouns.ts";
import { dayStartMs, usedToday } from "./today.ts";

const spend = { modelCalls: 3, inputTokens: 100, outputTokens: 20, costUsd: 0.3, unpricedCalls: 1 };

test("BU2: what was used today is the spend without what was used before midnight", () => {
  const early = { modelCalls: 2, inputTokens: 80, outputTokens: 10, costUsd: 0.1, unpricedCalls: 1 };
  const before = new Map([[botId("ada"), early]]);
  const today = { modelCalls: 1, inputTokens: 20, outputTokens: 10, costUsd: 0.2, unpricedCalls: 0 };
  expect(usedToday({ id: botId("ada"), spend }, before)).toEqual(today);
  expect(usedToday({ id: botId("new"), spend }, before)).toEqual(spend);
});

test("the day begins at midnight of this place", () => {
  const start = new Date(2026, 1, 3, 0, 0, 0).getTime();
  for (const time of [new Date(2026, 1, 3, 0, 0, 0), new Date(2026, 1, 3, 23, 59, 59)]) {
    expect(dayStartMs(time.getTime())).toBe(start);
  }
});
