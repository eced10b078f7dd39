import type { BotId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { boxHeight, mostBots, mostPairs, placeBots } from "./place-bots.ts";

const id = (n: number) => `bot_${String(n).padStart(32, "0")}` as BotId;
const pair = (from: number, to: number, count = 1) => ({
  fromBotId: id(from),
  toBotId: id(to),
  count,
  dead: 0,
  lastAt: "2026-01-31T12:00:00.000Z",
});
const measure = {
  nameOf: (of: BotId) => `Bot ${Number(of.slice(4))} of the research department`,
  widthOf: (name: string) => name.length * 7,
};

test("every box is as wide as its whole name, and none covers another or stands outside", () => {
  const traffic = Array.from({ length: 60 }, (_, i) => pair(i % 20, (i * 7 + 3) % 20, i + 1));
  const { bots, pairs, width, height } = placeBots(traffic, measure);
  expect(bots).toHaveLength(20);
  for (const a of bots) {
    expect(a.width).toBeGreaterThan(a.name.length * 7);
    expect([a.x - a.width / 2 >= 0, a.x + a.width / 2 <= width, a.y >= 0, a.y <= height]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    for (const b of bots) {
      if (a.id >= b.id) continue;
      const isApart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= boxHeight;
      expect([a.name, b.name, isApart]).toEqual([a.name, b.name, true]);
    }
  }
  for (const { points } of pairs) expect(points.length).toBeGreaterThan(1);
});

test("a bot that writes to itself alone has its loop", () => {
  const { bots, pairs } = placeBots([pair(1, 1)], measure);
  expect([bots.length, pairs[0]?.points.length]).toEqual([1, 4]);
});

test("of too many, the busiest are drawn", () => {
  const traffic = Array.from({ length: 2_000 }, (_, i) => pair(i % 200, (i * 3 + 1) % 200, i));
  const { bots, pairs } = placeBots(traffic, measure);
  expect(bots.length).toBeLessThanOrEqual(mostBots);
  expect(pairs.length).toBeLessThanOrEqual(mostPairs);
});
