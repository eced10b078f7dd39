import { expect, test } from "vitest";
import { fittedZoom, mostZoom, nextZoom, scrollAfterZoom } from "./zoom.ts";

test("a large picture fits into the room, a small one keeps its size", () => {
  expect(fittedZoom({ width: 2000, height: 1000 }, { width: 1000, height: 1000 })).toBe(0.5);
  expect(fittedZoom({ width: 20, height: 10 }, { width: 1000, height: 1000 })).toBe(1);
  expect(fittedZoom({ width: 0, height: 0 }, { width: 1000, height: 1000 })).toBe(1);
  expect(fittedZoom({ width: 100, height: 100 }, { width: -32, height: -32 })).toBeGreaterThan(0);
});

test("steps stop at a picture's own size, where it fits, and at the largest", () => {
  expect(nextZoom(0.8, { by: 1, fitted: 0.5 })).toBe(1);
  expect(nextZoom(1.2, { by: -1, fitted: 0.5 })).toBe(1);
  expect(nextZoom(1, { by: 1, fitted: 0.5 })).toBe(1.5);
  expect(nextZoom(0.6, { by: -1, fitted: 0.5 })).toBe(0.5);
  expect(nextZoom(7, { by: 1, fitted: 0.5 })).toBe(mostZoom);
});

test("what is under the pointer stays there", () => {
  expect(scrollAfterZoom({ scroll: 0, point: 100, from: 1, to: 2 })).toBe(100);
  expect(scrollAfterZoom({ scroll: 100, point: 100, from: 2, to: 1 })).toBe(0);
  expect(scrollAfterZoom({ scroll: 0, point: 300, from: 2, to: 1 })).toBe(0);
});
