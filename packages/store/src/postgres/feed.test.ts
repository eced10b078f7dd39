import type { Event } from "@reef/protocol/event";
import { expect, test } from "vitest";
import { openFeed } from "./feed.ts";

const eventOf = (seq: number) => ({ seq }) as Event;
const textsOf = (...numbers: readonly number[]) => numbers.map((seq) => JSON.stringify({ seq }));

function openTestFeed(stored: number[]) {
  const seen: number[] = [];
  const gaps: number[] = [];
  const feed = openFeed({
    startSeq: 0,
    read: async (after, limit) =>
      stored
        .filter((seq) => seq > after)
        .slice(0, limit)
        .map(eventOf),
    onEvents: (events) => seen.push(...events.map(({ seq }) => seq)),
    onGap: (seq) => gaps.push(seq),
    hasListeners: () => true,
  });
  return { feed, seen, gaps };
}

test("SY1: own events that come next are handed out without a read", async () => {
  const { feed, seen } = openTestFeed([]);
  await feed.takeOwn({ firstSeq: 1, texts: textsOf(1, 2) });
  await feed.takeOwn({ firstSeq: 3, texts: textsOf(3) });
  expect(seen).toEqual([1, 2, 3]);
});

test("SY1: own events behind those of others wait until the others were read", async () => {
  const { feed, seen } = openTestFeed([1, 2, 3, 4]);
  await feed.takeOwn({ firstSeq: 3, texts: textsOf(3, 4) });
  expect(seen).toEqual([1, 2, 3, 4]);
});

test("SY2: what was read already is not handed out again", async () => {
  const { feed, seen } = openTestFeed([1, 2, 3]);
  expect(await feed.catchUp()).toBe(3);
  await feed.takeOwn({ firstSeq: 2, texts: textsOf(2, 3) });
  expect(await feed.catchUp()).toBe(0);
  expect(seen).toEqual([1, 2, 3]);
});

test("SY2: own events and reads at the same time come in order, more than one read holds too", async () => {
  const many = Array.from({ length: 2_500 }, (_, place) => place + 1);
  const { feed, seen } = openTestFeed(many);
  await Promise.all([feed.takeOwn({ firstSeq: 2_400, texts: textsOf(2_400) }), feed.catchUp(), feed.catchUp()]);
  expect(seen).toEqual(many);
});

test("SY2: events that were deleted before they were read are said to be missing, once, and before those that follow", async () => {
  const { feed, seen, gaps } = openTestFeed([7, 8, 9]);
  await feed.takeOwn({ firstSeq: 9, texts: textsOf(9) });
  await feed.catchUp();
  expect(gaps).toEqual([6]);
  expect(seen).toEqual([7, 8, 9]);
});
