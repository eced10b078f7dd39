import { expect, test } from "vitest";
import { checkCircles } from "./circles.ts";
import { readImports } from "./imports.ts";
import { makeTree } from "./tree-fixture.ts";

const problemsOf = (textByPath: Readonly<Record<string, string>>) => checkCircles(readImports(makeTree(textByPath)));

test("circles: files that import the same file, and a long row of imports, pass", () => {
  expect(
    problemsOf({
      "packages/engine/src/a.ts": 'import { b } from "./b.ts";\nimport { c } from "./turn/c.ts";',
      "packages/engine/src/b.ts": 'import { c } from "./turn/c.ts";\nimport { gone } from "./gone.ts";',
      "packages/engine/src/turn/c.ts": 'import { bot } from "@reef/protocol/bot";',
    }),
  ).toEqual([]);
});

test.each([
  ["an import", 'import { a } from "../a.ts";'],
  ["a type", 'import type { A } from "../a.ts";'],
  ["a re-export", 'export { a } from "../a.ts";'],
  ["a dynamic import", 'export const load = () => import("../a.ts");'],
])("circles: %s that closes a circle is a problem", (_what, text) => {
  const problems = problemsOf({
    "packages/engine/src/a.ts": 'import { b } from "./turn/b.ts";',
    "packages/engine/src/turn/b.ts": text,
  });
  expect(problems).toEqual([{ path: "packages/engine/src/a.ts", text: "imports itself: a.ts → turn/b.ts → a.ts" }]);
});

test("circles: a file that imports itself, and one among tests, are problems", () => {
  const problems = problemsOf({
    "packages/engine/src/a.ts": 'import { a } from "./a.ts";',
    "packages/engine/src/testing/b.ts": 'import { c } from "./c.ts";',
    "packages/engine/src/testing/c.ts": 'import { b } from "./b.ts";',
  });
  expect(problems.map(({ path }) => path)).toEqual(["packages/engine/src/a.ts", "packages/engine/src/testing/b.ts"]);
});

test("circles: of each knot the shortest circle is named, and how many files hang on it", () => {
  const problems = problemsOf({
    "packages/engine/src/a.ts": 'import { b } from "./b.ts";',
    "packages/engine/src/b.ts": 'import { c } from "./c.ts";',
    "packages/engine/src/c.ts": 'import { a } from "./a.ts";\nimport { d } from "./d.ts";',
    "packages/engine/src/d.ts": 'import { c } from "./c.ts";',
    "packages/engine/src/e.ts": 'import { f } from "./f.ts";\nimport { a } from "./a.ts";',
    "packages/engine/src/f.ts": 'import { e } from "./e.ts";',
  });
  expect(problems.map(({ text }) => text)).toEqual([
    "imports itself: c.ts → d.ts → c.ts, and 2 more files hang on it",
    "imports itself: e.ts → f.ts → e.ts",
  ]);
});
