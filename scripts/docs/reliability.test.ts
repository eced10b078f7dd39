/** Tests that docs/reliability.md names tests that exist, and is what its rows make. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { testNames, withMatrix } from "./reliability.ts";
import { faultMatrix } from "./reliability-rows.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

test("the matrix in docs/reliability.md is the one that its rows and the suites make", async () => {
  const path = join(root, "docs/reliability.md");
  await expect(withMatrix(readFileSync(path, "utf8"), faultMatrix, read)).toMatchFileSnapshot(path);
});

test("a row whose test was renamed, or is not the only one, is refused", () => {
  const page = "<!-- matrix: made by scripts/docs/reliability.test.ts --><!-- end of matrix -->";
  const rowOf = (words: string) => [
    { title: "t", faults: [{ fault: "f", sees: "s", tests: [{ path: "a.test.ts", words }] }] },
  ];
  const suite = () => 'it("MB1, TU2: one thing", () => {}); test("another thing", () => {});';
  expect(() => withMatrix(page, rowOf("gone"), suite)).toThrow("no test of a.test.ts has “gone”");
  expect(() => withMatrix(page, rowOf("thing"), suite)).toThrow("2 tests of a.test.ts have “thing”");
  expect(withMatrix(page, rowOf("one"), suite)).toContain(
    "| f | s | nothing | nothing | MB1, TU2 | [MB1, TU2: one thing](../a.test.ts) |",
  );
});

test("names of tests are read in every form that the suites use", () => {
  const source = [
    'it("plain", () => {});',
    ["test(`after $", "{rounds} kills`, {}, async () => {});"].join(""),
    'it.each(policies)(\n  "of the policy %s",\n  async () => {},\n);',
    'it(\n  "says \\"no\\"",\n  () => {});',
  ].join("\n");
  expect(testNames(source)).toEqual(["plain", ["after $", "{rounds} kills"].join(""), "of the policy %s", 'says "no"']);
});
