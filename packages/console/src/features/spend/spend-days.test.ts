import { expect, test } from "vitest";
import { botId } from "../../testing/nouns.ts";
import { chartSpend, firstDayMs, keyOfPart, mostShown, partDays, type UsedDay } from "./spend-days.ts";

const nowMs = Date.UTC(2026, 0, 31, 13);
const spend = (day: string, bot: string, costUsd: number): UsedDay => ({
  day,
  key: botId(bot),
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
  const { parts, shown, stacks } = chartSpend(items, { nowMs, count: 1, measure: "cost" });
  expect(parts[0]).toMatchObject({ key: botId(`bot-${mostShown + 2}`), usage: { costUsd: mostShown + 3 } });
  expect(shown).toHaveLength(mostShown);
  expect(stacks[0]?.parts.at(-1)).toEqual({ key: null, value: 1 + 2 + 3 });
  expect(stacks[0]?.parts.reduce((sum, { value }) => sum + value, 0)).toBe(stacks[0]?.total);
});

test("tokens are measured in and out together", () => {
  const chart = chartSpend([spend("2026-01-31", "ada", 0)], { nowMs, count: 1, measure: "tokens" });
  expect(chart.peak).toBe(110);
});

test("what has no topic and the many others are parts of their own", () => {
  const usage = { modelCalls: 1, inputTokens: 1, outputTokens: 1, costUsd: 0, unpricedCalls: 1 };
  const days = partDays([
    { day: "2026-01-31", id: null, name: "no topic", usage },
    { day: "2026-01-31", id: null, name: "others", usage },
  ]);
  expect(days.map(({ key }) => key)).toEqual([":no topic", ":others"]);
  expect(keyOfPart({ id: "lab/x", name: "lab/x" })).toBe("lab/x");
});
