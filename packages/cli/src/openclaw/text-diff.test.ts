import { expect, it } from "vitest";
import { diffText } from "./text-diff.ts";

it("shows what goes and what comes with three lines around", () => {
  const before = ["a", "b", "c", "d", "e", "f", "g", "h"].join("\n");
  const after = ["a", "b", "c", "d", "E", "f", "g", "h"].join("\n");
  expect(diffText(before, after)).toBe(["  b", "  c", "  d", "- e", "+ E", "  f", "  g", "  h"].join("\n"));
});

it("SE5: hides secrets that stand in the lines around, and in those that change", () => {
  const text = JSON.stringify(
    { auth: { token: 'abc"def', mode: "token" }, apiKey: "k", tokenFile: "/t", port: 1 },
    null,
    2,
  );
  const shown = diffText(text, text.replace('"port": 1', '"port": 2').replace('"k"', '"k2"'));
  expect(shown).not.toMatch(/abc|"k2?"/);
  expect(shown).toContain('"token": "(hidden)"');
  expect(shown).toContain('"tokenFile": "/t"');
});
