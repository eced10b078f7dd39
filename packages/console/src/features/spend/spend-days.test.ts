import type { DaySpend } from "@reef/protocol/overview";
import { expect, test } from "vitest";
import { botId } from "../../testing/nouns.ts";
import { chartSpend, firstDayMs, mostShown } from "./spend-days.ts";

const nowMs = Date.UTC(2026, 0, 31, 13);
const spend = (day: string, bot: string, costUsd: number): DaySpend => ({
  day,
  botId: botId(bot),
  usage: { modelCalls: 1, inputTokens: 100, outputTokens: 10, costUsd, unpricedCalls: 0 },
});

test("every day of the range has its stack, also one on which nothing was used", () => {
  const chart = chartSpend([spend("2026-01-31", "ada", 2), spend("2026-01-29", "ben", 1)], {
    nowMs,
    count: 3,
    measure: "cost",
  });
  expect(chart.stacks.map(({ day, total }) => [day, total])).toEqual([
    ["2026-01-29", 1],
    ["2026-01-30", 0],
    ["2026-01-31", 2],
  ]);
  expect(chart).toMatchObject({ peak: 2, total: { modelCalls: 2, costUsd: 3 } });
  expect(firstDayMs(nowMs, 3)).toBe(Date.UTC(2026, 0, 29));
});

test("the bots that used most come first, and the many others stand together", () => {
  const items = Array.from({ length: mostShown + 3 }, (_, at) => spend("2026-01-31", `bot-${at}`, at + 1));
  const { bots, shown, stacks } = chartSpend(items, { nowMs, count: 1, measure: "cost" });
  expect(bots[0]).toMatchObject({ botId: botId(`bot-${mostShown + 2}`), usage: { costUsd: mostShown + 3 } });
  expect(shown).toHaveLength(mostShown);
  expect(stacks[0]?.parts.at(-1)).toEqual({ botId: null, value: 1 + 2 + 3 });
  expect(stacks[0]?.parts.reduce((sum, { value }) => sum + value, 0)).toBe(stacks[0]?.total);
});

test("tokens are measured in and out together", () => {
  const chart = chartSpend([spend("2026-01-31", "ada", 0)], { nowMs, count: 1, measure: "tokens" });
  expect(chart.peak).toBe(110);
});
