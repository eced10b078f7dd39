import { expect, test } from "vitest";
import { checkAmbient } from "./ambient.ts";
import { makeTree } from "./tree-fixture.ts";

test.each([
  "export const at = () => Date.now();",
  "export const at = () => new Date();",
  "export const dice = () => Math.random();",
  "export const home = process.env.HOME;",
  "export const say = () => console.log('x');",
  "let count = 0;\nexport const next = () => ++count;",
  "export let count = 0;",
])("ambient: %s is a problem in the product and in engine's testing folder is not", (text) => {
  const problemsIn = (path: string) => checkAmbient(makeTree({ [path]: text }));
  expect(problemsIn("packages/engine/src/turn/run.ts")).toHaveLength(1);
  expect(problemsIn("packages/engine/src/testing/clock.ts")).toEqual([]);
  expect(problemsIn("packages/engine/src/turn/run.test.ts")).toEqual([]);
});

test.each([
  "main.ts",
  "config.ts",
  "clock.ts",
  "ids.ts",
  "observe/log.ts",
])("ambient: %s may read the world", (file) => {
  expect(
    checkAmbient(makeTree({ [`packages/server/src/${file}`]: "console.log(Date.now(), process.env.A);" })),
  ).toEqual([]);
});

test("ambient: dates from values, comments and local variables pass", () => {
  const text = "// Date.now()\nexport function day(at: string) {\n  let day = new Date(at);\n  return day;\n}";
  expect(checkAmbient(makeTree({ "packages/engine/src/a.ts": text }))).toEqual([]);
});
