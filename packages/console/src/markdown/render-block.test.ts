import { expect, test } from "vitest";
import { blockToHtml, safeHref, textToBlocks } from "./render-block.ts";

const html = (text: string, isLive = false) =>
  textToBlocks(text, isLive)
    .map((block) => blockToHtml(block))
    .join("");

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "text <svg onload=alert(1)> text",
  "<iframe src=//evil.example></iframe>",
  "```html\n<script>alert(1)</script>\n```",
  "`<img src=x onerror=alert(1)>`",
  "[x](https://ok.example '\"onmouseover=alert(1) x=\"')",
  '![" onerror="alert(1)](https://ok.example/x.png)',
  '```"><img src=x onerror=alert(1)>\ncode\n```',
])("SE4: %s becomes text, never an element or an attribute", (text) => {
  const out = html(text);
  expect(out).not.toMatch(/<(script|img|svg|iframe)/i);
  // Outside of text: strip what was escaped, and no handler may be left in a tag.
  expect(out.match(/<[^>]*\son\w+\s*=/gi)).toBeNull();
});

test.each([
  "javascript:alert(1)",
  "javascript:alert(1)//https://ok.example",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  " \u0001javascript:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "//evil.example",
  "/v1/bots",
  "file:///etc/passwd",
])("SE4: %j is no address to follow", (href) => {
  expect(safeHref(href)).toBeNull();
  expect(html(`[words](<${href}>)`)).not.toContain("<a ");
});

test("SE4: a link opens apart and cannot reach back", () => {
  const out = html("[words](https://ok.example/a?b=1&c=2)");
  expect(out).toContain('href="https://ok.example/a?b=1&amp;c=2"');
  expect(out).toContain('target="_blank"');
  expect(out).toContain('rel="noopener noreferrer nofollow"');
});

test("SE4: a picture from elsewhere is a link, so that looking tells nobody", () => {
  const out = html("![a cat](https://elsewhere.example/cat.png)");
  expect(out).not.toContain("<img");
  expect(out).toContain('href="https://elsewhere.example/cat.png"');
  expect(out).toContain("a cat");
});

test("half-written marks are closed while the text grows, and taken as they are when it is whole", () => {
  expect(html("some **bold", true)).toContain("<strong>bold</strong>");
  expect(html("some **bold", false)).not.toContain("<strong>");
  expect(html("see [the page](https://ok.exam", true)).not.toContain("](");
});

test("a growing text keeps its finished blocks, so that only the last is rendered again", () => {
  const first = textToBlocks("One.\n\nTwo is", true);
  const second = textToBlocks("One.\n\nTwo is longer.\n\n- a", true);
  expect(second[0]?.raw).toBe(first[0]?.raw);
  expect(second).toHaveLength(3);
});
