import { expect, test } from "vitest";
import { newestSentence } from "./newest-sentence.ts";

test("the newest sentence is shown from its beginning, and stays while it grows", () => {
  const text = "The theme is one file. I am running `npm test` for version 0.9 before I touch them";
  for (let end = "The theme is one file. I am running ".length; end <= text.length; end++) {
    expect(newestSentence(text.slice(0, end))).toMatch(/^I am running/);
  }
  expect(newestSentence(`${text}.`)).toBe("I am running npm test for version 0.9 before I touch them.");
});

test("a few words stay with the sentence before them, and a line begins anew", () => {
  expect(newestSentence("All tests pass. Two")).toBe("All tests pass. Two");
  expect(newestSentence("All tests pass.\n\n- **Two** deprecations are left")).toBe("Two deprecations are left");
  expect(newestSentence("Done.")).toBe("Done.");
});

test("a long text without an end is read from the same place for hundreds of letters", () => {
  const long = "word ".repeat(400);
  const starts = new Set(
    Array.from({ length: 390 }, (_, at) => newestSentence(long.slice(0, 1210 + at))?.slice(0, 20)),
  );
  expect(starts.size).toBeLessThanOrEqual(2);
});

test("without a word there is nothing to show", () => {
  expect([" \n ", "", "\n\n"].map(newestSentence)).toEqual([null, null, null]);
  expect(newestSentence("…")).toBe("…");
});
