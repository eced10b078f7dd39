import { expect, test } from "vitest";
import { keptOpaque, keptReasoning } from "./kept-parts.ts";

test("PR1: reasoning is kept as it came, and cut with a word at 200,000 characters", () => {
  expect(keptReasoning(undefined)).toBeUndefined();
  expect(keptReasoning(" \n")).toBeUndefined();
  expect(keptReasoning(" why\n")).toBe(" why\n");
  expect(keptReasoning("x".repeat(200_000))).toHaveLength(200_000);
  const cut = keptReasoning(`${"x".repeat(100_000)}${"🪸".repeat(60_000)}`) ?? "";
  expect(cut.length).toBeLessThanOrEqual(200_000);
  expect(cut).toMatch(/… \(cut: 220000 characters in all\)$/);
  expect(cut.isWellFormed()).toBe(true);
});

test("PR1: what is opaque is kept as JSON; what is none, or more than a megabyte, is dropped", () => {
  expect(keptOpaque({ signature: "abc", list: [1, null, undefined] })).toEqual({
    signature: "abc",
    list: [1, null, null],
  });
  expect([undefined, null, () => 1, 10n].map(keptOpaque)).toEqual([undefined, undefined, undefined, undefined]);
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(keptOpaque(circular)).toBeUndefined();
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  expect(keptOpaque(deep)).toBeUndefined();
  expect(keptOpaque("x".repeat(999_998))).toHaveLength(999_998);
  expect(keptOpaque("x".repeat(999_999))).toBeUndefined();
});
