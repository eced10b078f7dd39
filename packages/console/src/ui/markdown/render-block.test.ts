import { expect, test } from "vitest";
import { closeMarks } from "./close-marks.ts";
import { colourCode } from "./colour-code.ts";
import {
  blockToHtml,
  createRenderer,
  isWrittenOutPicture,
  namesLanguage,
  readFence,
  safeHref,
  textToBlocks,
} from "./render-block.ts";

const html = (text: string, isLive = false) =>
  textToBlocks(isLive ? closeMarks(text) : text)
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
  // Outside of text: strip the escaped parts, and no handler may be left in a tag.
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
  expect(html("some **bold")).not.toContain("<strong>");
  expect(html("see [the page](https://ok.exam", true)).not.toContain("](");
});

test("a growing text keeps its finished blocks, so that only the last is rendered again", () => {
  const first = textToBlocks(closeMarks("One.\n\nTwo is"));
  const second = textToBlocks(closeMarks("One.\n\nTwo is longer.\n\n- a"));
  expect(second[0]?.raw).toBe(first[0]?.raw);
  expect(second).toHaveLength(3);
});

test("SE4: a picture is shown only when its pixels stand in the text, and never as SVG", () => {
  const pixel = "data:image/png;base64,iVBORw0KGgo=";
  expect(html(`![a dot](${pixel})`)).toContain(`<img src="${pixel}" alt="a dot">`);
  for (const href of [
    "https://elsewhere.example/cat.png",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:text/html;base64,PHN2Zz4=",
    'data:image/png;base64,x"onerror=alert(1)',
    `data:image/png;base64,${"A".repeat(2_000_001)}`,
  ]) {
    expect(isWrittenOutPicture(href)).toBe(false);
    expect(html(`![x](<${href}>)`)).not.toContain("<img");
  }
});

test("SE4: coloured code is the same text, escaped, in spans with classes and nothing else", () => {
  const attack = `const a = "</code><img src=x onerror=alert(1)>"; // <script>`;
  const [block] = textToBlocks(`\`\`\`ts\n${attack}\n\`\`\``);
  if (!block) throw new Error("the text has one block");
  const out = blockToHtml(block, createRenderer(colourCode));
  expect(out).toContain('<span class="hljs-keyword">const</span>');
  const code = /<code>([\s\S]*)\n<\/code>/.exec(out)?.[1] ?? "";
  expect(code.replace(/<span class="[\w\- ]+">|<\/span>/g, "")).not.toContain("<");
  const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" } as const;
  const text = code
    .replace(/<[^>]*>/g, "")
    .replace(/&\w+;/g, (name) => entities[name as keyof typeof entities] ?? name);
  expect(text).toBe(attack);
});

test("code of an unknown language, or too long to colour at once, stays as it is", () => {
  expect(colourCode("a b", "nolanguage")).toBeNull();
  expect(colourCode("a ".repeat(30_000), "ts")).toBeNull();
  expect(colourCode("echo hi", "sh")).toContain("hljs-built_in");
  const named = ["```ts\na\n```", "- list\n  ```py\n  a\n  ```", "> ~~~ go"].map((text) => textToBlocks(text)[0]);
  expect(named.map((block) => block && namesLanguage(block))).toEqual([true, true, true]);
  const [plain] = textToBlocks("```\na\n```");
  expect(plain && namesLanguage(plain)).toBe(false);
});

test("a code block is named by its file where the fence has one, else by its language, else not at all", () => {
  const labelOf = (info: string): string => readFence(info).label;
  expect(labelOf("css docs/theme.css")).toBe("docs/theme.css");
  expect(labelOf("css:docs/theme.css")).toBe("docs/theme.css");
  expect(labelOf('ts {1,3} title="src/a b.ts"')).toBe("src/a b.ts");
  expect(labelOf("json package.json")).toBe("package.json");
  expect(labelOf("bash")).toBe("bash");
  expect(labelOf("ts {1,3} showLineNumbers")).toBe("ts");
  expect(labelOf("")).toBe("");
  expect(readFence("css:docs/theme.css").language).toBe("css");
});
