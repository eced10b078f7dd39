import { expect, test } from "vitest";
import { strokeToStep } from "./swipe.ts";

test("a swipe goes sideways, far and straight; everything else is scrolling", () => {
  expect(strokeToStep({ dx: -120, dy: 10, ms: 200 })).toBe(1);
  expect(strokeToStep({ dx: 120, dy: -30, ms: 200 })).toBe(-1);
  expect(strokeToStep({ dx: -60, dy: 0, ms: 200 })).toBeNull();
  expect(strokeToStep({ dx: -120, dy: 80, ms: 200 })).toBeNull();
  expect(strokeToStep({ dx: 0, dy: 300, ms: 200 })).toBeNull();
  expect(strokeToStep({ dx: -200, dy: 0, ms: 2_000 })).toBeNull();
});
