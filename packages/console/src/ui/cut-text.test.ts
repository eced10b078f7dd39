import { expect, test } from "vitest";
import { cutText } from "./cut-text.ts";

test("a text is cut between words, not inside one", () => {
  expect(cutText("one two three four five six seven eight nine ten", 20)).toBe("one two three four…");
});

test("a text that is only a little longer stays whole", () => {
  expect(cutText("one two three", 12)).toBe("one two three");
});

test("one without spaces is cut between letters", () => {
  expect(cutText("🐋".repeat(40), 21)).toBe(`${"🐋".repeat(10)}…`);
});
