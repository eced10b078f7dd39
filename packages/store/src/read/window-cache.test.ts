import { makeId } from "@reef/engine/ids";
import type { Entry } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import { sizeOfRows, WindowCache } from "./window-cache.ts";

const window = (size: number) => ({ entries: [{ text: `${size}` } as Entry], size });

test("the window that was used longest ago gives way when the room is full", () => {
  const cache = new WindowCache();
  const [a, b, c, d] = [makeId("session"), makeId("session"), makeId("session"), makeId("session")];
  cache.keep(a, window(1_000_000));
  cache.keep(b, window(1_000_000));
  cache.keep(c, window(1_000_000));
  expect(cache.get(a)?.size).toBe(1_000_000);
  cache.keep(d, window(900_000));
  expect([a, b, c, d].filter((id) => cache.get(id) !== undefined)).toEqual([a, c, d]);
  // Having grown, it replaces its earlier version.
  cache.keep(d, window(1_000_000));
  expect([a, b, c, d].filter((id) => cache.get(id) !== undefined)).toEqual([a, c, d]);
});

test("a window larger than all the room is not kept, and costs no other its place", () => {
  const cache = new WindowCache();
  const [a, b] = [makeId("session"), makeId("session")];
  cache.keep(a, window(10));
  cache.keep(b, window(3_000_001));
  expect(cache.get(b)).toBeUndefined();
  expect(cache.get(a)?.size).toBe(10);
  cache.clear();
  expect(cache.get(a)).toBeUndefined();
});

test("what a call was given and what was thought count as well as what was said", () => {
  const row = { text: "", tool: null, reasoning: null, opaque: null };
  expect(sizeOfRows([{ ...row, text: "12345" }])).toBe(405);
  expect(sizeOfRows([{ ...row, tool: "x".repeat(1_000) }])).toBe(1_400);
  expect(sizeOfRows([{ ...row, reasoning: "x".repeat(1_000), opaque: "x".repeat(10) }])).toBe(1_410);
});
