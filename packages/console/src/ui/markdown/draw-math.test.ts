import { expect, test } from "vitest";
import { drawMath } from "./draw-math.ts";
import { blockToHtml, createRenderer, diagramSource, hasMath, textToBlocks } from "./render-block.ts";

const withMath = createRenderer(null, drawMath);
const html = (text: string) =>
  textToBlocks(text)
    .map((block) => blockToHtml(block, withMath))
    .join("");
const count = (text: string) => html(text).match(/<math/g)?.length ?? 0;

test.each([
  ["the mass $m_0$ and $E = mc^2$.", 2],
  ["$x$", 1],
  ["($a+b$)", 1],
  [String.raw`\(a \cdot b\) stands`, 1],
  ["$$\n\\int_0^1 x\\,dx\n$$", 1],
  ["\\[\n\\sum_{i=1}^n i\n\\]", 1],
  ["in a line: $$x^2$$ is it", 1],
  ["- one: $a_1 * b_1 * c$\n- two: $\\frac{1}{2}$", 2],
  ["| a | b |\n|---|---|\n| $x$ | $y_1$ |", 2],
  ["**bold $x^2$**", 1],
])("%j holds %d formulas", (text, formulas) => {
  expect(count(text)).toBe(formulas);
  expect(textToBlocks(text).some(hasMath)).toBe(true);
});

test.each([
  "$5 and $10",
  "it costs $5 or 10$ more",
  "from $5-$10",
  "US$5, AU$6",
  "$5/$10",
  "echo $HOME/bin:$PATH",
  "set $foo and $bar",
  "$ x $",
  "`$x$`",
  "```\n$x$\n```",
  "a \\$x\\$ b",
  "only one $ here",
  "$$",
  "$\n\nx$",
])("%j is no formula", (text) => {
  expect(count(text)).toBe(0);
  expect(textToBlocks(text).some(hasMath)).toBe(false);
});

test("SE4: a wrong, hostile or endless formula stands as it was written, and brings no address, style or script", () => {
  for (const text of [
    String.raw`$\frac{1$`,
    String.raw`$\href{javascript:alert(1)}{x}$`,
    String.raw`$\includegraphics{https://evil.example/x.png}$`,
    String.raw`$\def\a{\a\a}\a$`,
    String.raw`$\htmlData{x=1}{y}$`,
    `$${"\\frac{1}{".repeat(900)}x${"}".repeat(900)}$`,
    "$<img src=x onerror=alert(1)>=1$",
    String.raw`$\text{<script>alert(1)</script>}$`,
    String.raw`$\url{javascript:alert(1)}$`,
  ]) {
    const out = html(text).replace(/ title="[^"]*"/g, "");
    expect(out).not.toMatch(/<(img|script|a|annotation)[\s>]/i);
    expect(out).not.toMatch(/ (on\w+|href|src|style)=/i);
  }
  expect(html(String.raw`$\frac{1$`)).toContain(String.raw`<code class="math-source">$\frac{1$</code>`);
});

test("a formula is no wider or higher than a bound, whatever it asks for", () => {
  expect(html(String.raw`$\rule{100000em}{100000em}$`)).not.toContain("100000em;");
});

test("a run of dollar signs is one piece of text, not one for each", () => {
  const [block, ...rest] = textToBlocks("$".repeat(20_000));
  const [paragraph] = block?.tokens ?? [];
  expect(rest).toEqual([]);
  expect(paragraph && "tokens" in paragraph && paragraph.tokens?.length).toBe(1);
});

test("a diagram is one when it is written out to its end", () => {
  const source = (text: string) => textToBlocks(text).map(diagramSource);
  expect(source("```mermaid\ngraph TD\n  a-->b\n```")).toEqual(["graph TD\n  a-->b"]);
  expect(source("~~~Mermaid\ngraph TD\n~~~\n")).toEqual(["graph TD"]);
  expect(source("```mermaid\ngraph TD\n  a-->b")).toEqual([null]);
  expect(source("```js\ngraph\n```")).toEqual([null]);
});
