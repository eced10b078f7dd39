/** Tests the lines of diffs, made of two texts and read from a patch. */
import { expect, test } from "vitest";
import { diffCounts, diffTexts, readPatch } from "./diff-lines.ts";

const kinds = (lines: ReturnType<typeof readPatch>) => lines.map(({ kind, text }) => `${kind} ${text}`);

test("two texts are compared by lines, with their numbers", () => {
  const lines = diffTexts("a\nb\nc\n", "a\nB\nc\nd\n");
  expect(kinds(lines)).toEqual(["same a", "removed b", "added B", "same c", "added d"]);
  expect(lines.map(({ before, after }) => [before, after])).toEqual([
    [1, 1],
    [2, null],
    [null, 2],
    [3, 3],
    [null, 4],
  ]);
  expect(diffCounts(lines)).toBe("+2 −1");
});

test("pieces of a file have no numbers", () => {
  expect(diffTexts("a", "b", false).every(({ before, after }) => before === null && after === null)).toBe(true);
});

test("a patch of several hunks is read, and lines that look like its heads are text", () => {
  const patch = [
    "===",
    "--- x.md",
    "+++ x.md",
    "@@ -1,2 +1,2 @@",
    " one",
    "--- two",
    "+++ three",
    "\\ No newline at end of file",
    "@@ -40,1 +40,2 @@ in a function",
    " far",
    "+away",
    "",
  ].join("\n");
  expect(kinds(readPatch(patch))).toEqual([
    "same one",
    "removed -- two",
    "added ++ three",
    "gap in a function",
    "same far",
    "added away",
  ]);
});

test("what is no patch has no lines, and a very long one is cut with its count", () => {
  expect(readPatch("nothing here")).toEqual([]);
  const long = `@@ -0,0 +1,5000 @@\n${"+x\n".repeat(5_000)}`;
  expect(readPatch(long)).toHaveLength(3_001);
  expect(readPatch(long).at(-1)?.text).toBe("2000 more lines");
});
