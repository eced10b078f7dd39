import { expect, test } from "vitest";
import { costOf, knownPriceOf, priceOf, statedCost } from "./price.ts";

const settings = {
  providers: {},
  defaultProvider: "p",
  defaultModel: "m",
  prices: { "p/m": { input: 2, output: 10, cachedInput: 0.5 }, m: { input: 1, output: 1 } },
};
const answer = { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 0, statedCostUsd: null };

test("a price is found by provider and model, then by model alone, and never made up", () => {
  expect(priceOf(settings, "p", "m")).toMatchObject({ input: 2 });
  expect(priceOf(settings, "other", "m")).toMatchObject({ input: 1 });
  expect(priceOf(settings, "p", "toString")).toBeNull();
  expect(costOf(null, answer)).toBeUndefined();
});

test("a price that people set goes before one that the provider lists, the nearer to the model first", () => {
  const listed = { "p/m": { input: 9, output: 9 }, "p/n": { input: 8, output: 8 }, "q/n": { input: 7, output: 7 } };
  const provider = { kind: "vllm" as const, prices: { n: { input: 4, output: 4 }, "*": { input: 5, output: 5 } } };
  const all = { ...settings, providers: { p: provider }, listedPrices: listed };
  expect(priceOf(all, "p", "m")).toMatchObject({ input: 2 });
  expect(priceOf(all, "p", "n")).toMatchObject({ input: 4 });
  expect(priceOf(all, "p", "other")).toMatchObject({ input: 5 });
  expect(knownPriceOf(all, "q", "n")).toEqual({ price: listed["q/n"], source: "provider" });
  expect(priceOf(all, "q", "other")).toBeNull();
});

test("BU2: a provider's own prices count, by model and for all its others, below one that names both", () => {
  const price = (input: number) => ({ input, output: 0 });
  const own = {
    ...settings,
    providers: { p: { kind: "groq" as const, prices: { m: price(5), n: price(6), "*": price(7) } } },
  };
  expect(priceOf(own, "p", "m")).toMatchObject({ input: 2 });
  expect(priceOf(own, "p", "n")).toMatchObject({ input: 6 });
  expect(priceOf(own, "p", "other")).toMatchObject({ input: 7 });
  expect(priceOf(own, "q", "other")).toBeNull();
});

test("a call costs its tokens, cached ones at their own price", () => {
  const price = priceOf(settings, "p", "m");
  expect(costOf(price, answer)).toBeCloseTo(3, 12);
  expect(costOf(price, { ...answer, cachedInputTokens: 400_000 })).toBeCloseTo(1.2 + 0.2 + 1, 12);
  expect(costOf({ input: 2, output: 10 }, { ...answer, cachedInputTokens: 400_000 })).toBeCloseTo(3, 12);
  // Some servers count cached tokens beside the input, not within.
  expect(costOf(price, { ...answer, inputTokens: 10, cachedInputTokens: 99, outputTokens: 0 })).toBeCloseTo(5e-6, 12);
});

test("what the provider says that it took goes before any price", () => {
  expect(costOf(priceOf(settings, "p", "m"), { ...answer, statedCostUsd: 0.25 })).toBe(0.25);
  expect(statedCost({ cost: 0.01 })).toBe(0.01);
  for (const raw of [undefined, {}, { cost: "1" }, { cost: -1 }]) expect(statedCost(raw)).toBeNull();
});
