import { expect, test } from "vitest";
import { createMarkdownRenderer } from "./render-markdown.ts";

test.each([
  ["emphasis that opens and never closes", "___a".repeat(24_000)],
  ["a word of dots and lines", "a.b-c_".repeat(16_000)],
  ["headings without end", "a\n-\n".repeat(24_000)],
])("BO2: %s is given up, and shown as it was written", (_what, text) => {
  expect(createMarkdownRenderer().render(text)).toBe(`<pre dir="auto">${text}</pre>`);
});

test("BO2: all that one export renders has a bound of its own; the rest is shown as it was written", () => {
  let nowMs = 0;
  const { render } = createMarkdownRenderer(() => {
    nowMs += 1_000;
    return nowMs;
  });
  const rendered = Array.from({ length: 3 }, () => render("*a*"));
  expect(rendered.map((html) => html.includes("<em>a</em>"))).toEqual([true, true, false]);
});

test("a long rule is a rule, and what nests without end is no document", () => {
  const { render } = createMarkdownRenderer();
  expect(render(`**a**\n\n${"-".repeat(60)}\n\n${"*".repeat(60)}`)).toMatch(/<strong>a<\/strong>.*<hr>\s*<hr>/s);
  expect(render(`${"- ".repeat(200)}a`)).toMatch(/^<pre/);
  expect(render(`${">".repeat(20_000)}a`)).toMatch(/^<pre/);
});
