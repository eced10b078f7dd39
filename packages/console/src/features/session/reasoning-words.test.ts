import { expect, test } from "vitest";
import { reasoningWords } from "./reasoning-words.ts";

test("the folded line has the first words of the reasoning, without the marks of Markdown", () => {
  expect(reasoningWords("**Plan**\n\n1. read `a.ts`\n# then")).toBe("Plan 1. read a.ts then");
  expect(reasoningWords("x".repeat(100_000))).toHaveLength(160);
  expect(reasoningWords("***")).toBe("");
});
