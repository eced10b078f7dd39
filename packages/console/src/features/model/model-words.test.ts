import { expect, test } from "vitest";
import { makeModel } from "../../testing/nouns.ts";
import { abilitiesOf, contextLabel, modelSentence, priceLabel } from "./model-words.ts";

test("a context length reads as people say it, whether it is a round number or a power of two", () => {
  const labels = [128_000, 131_072, 8_192, 1_000_000, 1_048_576, 200_000, 999_999, 512, 4096, 32_768];
  expect(labels.map(contextLabel)).toEqual(["128k", "128k", "8k", "1M", "1.05M", "200k", "1M", "512", "4k", "32k"]);
});

test("a length that nobody told, or that makes no sense, is left out", () => {
  expect([null, 0, -5, Number.NaN].map(contextLabel)).toEqual([null, null, null, null]);
});

test("a price is what a million tokens cost, in and out; an unknown one is not free", () => {
  expect(priceLabel({ input: 3, output: 15 })).toBe("$3 / $15 per M");
  expect(priceLabel({ input: 0.15, output: 0.6 })).toBe("$0.15 / $0.60 per M");
  expect(priceLabel({ input: 0.0375, output: 2.5 })).toBe("$0.037 / $2.50 per M");
  expect(priceLabel({ input: 0, output: 0 })).toBe("free");
  expect(priceLabel({ input: 0, output: 1 })).toBe("$0 / $1 per M");
  expect(priceLabel(null)).toBeNull();
});

test("only what a server said is an ability, and that there are no tools is said", () => {
  const model = makeModel("openai/gpt", { abilities: { tools: true, vision: null, reasoning: false } });
  expect(abilitiesOf(model)).toEqual(["tools"]);
  expect(modelSentence(makeModel("ollama/tiny", { abilities: { tools: false }, contextTokens: 4096 }))).toBe(
    "tiny, ollama, no tools, 4k context",
  );
});
