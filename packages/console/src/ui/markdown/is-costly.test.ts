import { expect, test } from "vitest";
import { isCostly } from "./is-costly.ts";
import { blockToHtml, textToBlocks } from "./render-block.ts";

test.each([
  ["emphasis that never closes", "___a".repeat(25_000)],
  ["behind a list", `- a\n${"_a\n".repeat(33_000)}`],
  ["in a quotation", "> _a _b_".repeat(12_000)],
  ["after a fence in a list", `- \`\`\`\n  \`\`\`\n${"_a".repeat(50_000)}`],
  ["lines that only look like a list", `x\n${"      - ___a\n".repeat(8_000)}`],
  ["addresses without end", "a.b-c_".repeat(16_000)],
  ["headings without end", "a\n-\n".repeat(25_000)],
  ["a line of spaces", `a${" ".repeat(100_000)}\n`],
])("BO2: the page does not stop over %s; it is shown as it was written", (_what, text) => {
  expect(isCostly(text)).toBe(true);
  const blocks = textToBlocks(text);
  expect(blocks).toHaveLength(1);
  expect(blocks.map((block) => blockToHtml(block)).join("")).not.toContain("<em>");
});

test.each([
  ["a long document", "Some *words* and `code_with_lines` in a **paragraph** of usual length.\n\n".repeat(10_000)],
  ["a long list", "- some *words* and a_name_with_lines\n".repeat(10_000)],
  ["one long paragraph", "Some *words* in a text that has no end and no second paragraph. ".repeat(600)],
])("%s is read as Markdown", (_what, text) => {
  expect(isCostly(text)).toBe(false);
});
