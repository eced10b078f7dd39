import { expect, test } from "vitest";
import { checkPackages } from "./arrows.ts";
import { readImports } from "./imports.ts";
import type { Tree } from "./tree.ts";
import { makeTree } from "./tree-fixture.ts";

const checkArrows = (tree: Tree) => checkPackages(tree, readImports(tree));

const problemsOf = (path: string, text: string) =>
  checkArrows(makeTree({ [path]: text })).map((problem) => problem.text);

test("arrows: imports along the arrows and of own dependencies pass", () => {
  const tree = makeTree({
    "packages/engine/src/turn/run.ts":
      'import type { Bot } from "@reef/protocol/bot";\nimport { v7 } from "uuid";\nimport { a } from "../a.ts";',
    "packages/store/src/store.test.ts": 'import { test } from "vitest";\nimport fs from "node:fs";',
    "packages/server/src/http/a.test.ts": 'import { connect } from "@reef/client/socket";',
    "packages/console/src/main.tsx": 'import "./theme.css";\nexport const a = <p>import "@reef/engine/x"</p>;',
    "bench/run.ts": 'import { openStore } from "@reef/store/sqlite/store";\nimport { Kysely } from "vitest";',
  });
  expect(checkArrows(tree)).toEqual([]);
});

test.each([
  ["an import", 'import { open } from "@reef/store/open";'],
  ["a type-only import", 'import type { Row } from "@reef/store/tables";'],
  ["a re-export", 'export { open } from "@reef/store/open";'],
  ["a re-export of all", 'export * from "@reef/store/open";'],
  ["an import for its effects", 'import "@reef/store/open";'],
  ["a dynamic import", 'export const open = () => import("@reef/store/open");'],
  ["an import type", 'export type Row = import("@reef/store/tables").Row;'],
])("arrows: %s of store in engine is a problem", (_what, text) => {
  expect(problemsOf("packages/engine/src/turn/run.ts", text)).toHaveLength(1);
});

test.each([
  "turn/run.test.ts",
  "port/store.conformance.ts",
  "model/store.ts",
])("arrows: engine's %s may not import store either", (file) => {
  expect(problemsOf(`packages/engine/src/${file}`, 'import { a } from "@reef/store/a";')).toHaveLength(1);
});

test("arrows: a comment or a string is no import", () => {
  expect(
    problemsOf("packages/engine/src/a.ts", '// import "@reef/store/a"\nexport const a = \'import "@reef/store/a"\';'),
  ).toEqual([]);
});

test.each([
  ["packages/console/src/a.ts", 'import { run } from "@reef/engine/turn/run";'],
  ["packages/server/src/a.ts", 'import { connect } from "@reef/client/socket";'],
  ["packages/protocol/src/a.ts", 'import { v7 } from "uuid";'],
  ["packages/engine/src/a.ts", 'import { readFileSync } from "node:fs";'],
  ["packages/engine/src/a.ts", 'import { readFileSync } from "fs";'],
  ["packages/engine/src/testing/a.ts", 'import { readFileSync } from "node:fs";'],
  ["packages/engine/src/a.ts", 'import { test } from "vitest";'],
  ["packages/engine/src/a.ts", 'import { a } from "@reef/engine/b";'],
  ["packages/engine/src/a.ts", 'import { a } from "../../store/src/b.ts";'],
  ["packages/engine/src/a.ts", 'import { a } from "./b";'],
  ["packages/engine/src/a.test.ts", 'import { a } from "left-pad";'],
  ["bench/run.ts", 'import { sql } from "kysely";'],
  ["packages/engine/src/a.ts", 'import { startHarness } from "./testing/harness.ts";'],
  ["packages/engine/src/a.ts", 'import { openModelStore } from "./model/store.ts";'],
  ["packages/store/src/a.ts", 'import type { Harness } from "@reef/engine/testing/harness";'],
])("arrows: in %s, %s is a problem", (path, text) => {
  expect(problemsOf(path, text)).toHaveLength(1);
});

test("arrows: a manifest may not depend against the arrows, and a package without arrows is a problem", () => {
  const manifestByPackage = new Map([
    ["engine", { name: "@reef/engine", dependencies: { "@reef/store": "0.1.0" } }],
    ["plugin", { name: "@reef/plugin" }],
  ]);
  expect(checkArrows(makeTree({}, { manifestByPackage })).map(({ path }) => path)).toEqual([
    "packages/engine/package.json",
    "packages/plugin/package.json",
  ]);
});

test("arrows: a problem names the line", () => {
  const [problem] = checkArrows(makeTree({ "packages/engine/src/a.ts": '\n\nimport "@reef/store/a";' }));
  expect(problem?.line).toBe(3);
});
