import { expect, test } from "vitest";
import { closeOpen } from "./close-open.ts";

test.each([
  ["```ts\nlet a", "```"],
  ["~~~~\n~~~\n````", "~~~~"],
  ["````\n```\nmore", "````"],
  ["```\na\n```b", "```"],
  ["words\n<!-- hidden", "-->"],
  ["<PRE>\nx", "</PRE>"],
  ["<?php", "?>"],
  ["`````\n```` \n", "`````"],
])("SE4: what a text leaves open is closed behind it: %j", (text, close) => {
  expect(closeOpen(text)).toBe(`${text}\n${close}`);
});

test.each([
  "```\na\n```",
  "```\na\n  `````  ",
  "```a`b\nwords",
  "    ```\ncode",
  "<!-- a --> b",
  "a <!-- b",
  "<pre>x</pre>",
  "",
])("a text that leaves nothing open stands as it was written: %j", (text) => {
  expect(closeOpen(text)).toBe(text);
});

test("BO2: the longest fence there can be is closed as well", () => {
  const fence = "~".repeat(1_000_000);
  expect(closeOpen(fence)).toBe(`${fence}\n${fence}`);
});
