import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { readMany } from "./breathe.ts";

test("many reads that never wait leave room for everybody else, and come in their order", async () => {
  const clock = { now: () => 0, steady: () => performance.now(), sleep: (ms: number) => wait(ms) };
  const items = Array.from({ length: 1_000 }, (_, n) => n);
  let readBefore = -1;
  let read = 0;
  setImmediate(() => {
    readBefore = read;
  });
  const found = await readMany(clock, items, async (n) => {
    read += 1;
    return n * 2;
  });
  expect(found).toEqual(items.map((n) => n * 2));
  expect(readBefore).toBeGreaterThan(0);
  expect(readBefore).toBeLessThan(1_000);
});
