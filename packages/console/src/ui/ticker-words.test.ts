import { expect, test } from "vitest";
import { tickerWords } from "./ticker-words.ts";

const text =
  "The lease is renewed every five seconds while a worker holds the claim, and a worker that stops loses it. ".repeat(
    20,
  );

test("every line is whole words that stand in the text, no longer than asked, with an ellipsis at its right", () => {
  const words = new Set(text.split(/\s+/));
  for (let end = 1; end <= text.length; end++) {
    const part = text.slice(0, end);
    const line = tickerWords(part, 34);
    expect(line).toMatch(/ …$/);
    const shown = line?.slice(0, -2).split(" ") ?? [];
    expect(shown.join(" ").length).toBeLessThanOrEqual(34);
    // Only the word that is being written may be unfinished.
    for (const word of shown.slice(0, -1)) expect(words.has(word), `${word} at ${end}`).toBe(true);
    expect(part.trimEnd().endsWith(shown.at(-1) ?? "?")).toBe(true);
  }
});

test("without a word there is nothing to show, and a word that is too long is cut", () => {
  expect(tickerWords(" \n ", 10)).toBeNull();
  expect(tickerWords("x".repeat(50), 10)).toBe(`${"x".repeat(9)} …`);
});
