import { expect, test } from "vitest";
import { checkExports } from "./exports.ts";
import { makeTree } from "./tree-fixture.ts";

const a = "packages/engine/src/a.ts";
const found = (textByPath: Readonly<Record<string, string>>) =>
  checkExports(makeTree(textByPath)).map(({ path, line, text }) => `${path}:${line} ${/"(\w+)"/.exec(text)?.[1]}`);

test.each([
  ["by name, beside it", { "packages/engine/src/b.ts": 'import { one } from "./a.ts";' }],
  ["under another name", { "packages/engine/src/b.ts": 'import { two, one as uno } from "./a.ts";' }],
  ["as a type", { "packages/engine/src/b.ts": 'import type { one } from "./a.ts";' }],
  ["from another package", { "packages/store/src/b.ts": 'import { one } from "@reef/engine/a";' }],
  ["by a test", { "packages/engine/src/a.test.ts": 'import { one } from "./a.ts";' }],
  ["passed on", { "packages/engine/src/b.ts": 'export { one as setup } from "./a.ts";' }],
  ["as part of the whole", { "packages/engine/src/b.ts": 'import * as all from "./a.ts"; all.one;' }],
  ["late", { "packages/engine/src/b.ts": 'const { one } = await import("./a.ts");' }],
  [
    "late, beside another by name",
    { "packages/engine/src/b.ts": 'import type { X } from "./a.ts"; import("./a.ts").then((m) => m.one);' },
  ],
  ["as a type, in place", { "packages/engine/src/b.ts": 'let x: import("./a.ts").one;' }],
])("exports: what is imported %s is used", (_, others) => {
  expect(found({ [a]: "export const one = 1;", ...others })).toEqual([]);
});

test("exports: a name that no file imports is found, with its line, also where its own file uses it", () => {
  const text = "export const one = 1;\nexport function two() {\n  return one;\n}\n";
  expect(found({ [a]: text, "packages/engine/src/b.ts": 'import { other } from "./a.ts";' })).toEqual([
    `${a}:1 one`,
    `${a}:2 two`,
  ]);
});

test("exports: the same name imported from another file does not count", () => {
  expect(
    found({ [a]: "export const one = 1;", "packages/store/src/b.ts": 'import { one } from "./a.ts";' }),
  ).toHaveLength(1);
});

test("exports: a file that is loaded as a whole is used only in what the other file names", () => {
  const late = 'const { one } = await import("./a.ts");';
  expect(found({ [a]: "export const one = 1;\nexport const two = 2;", "packages/engine/src/b.ts": late })).toEqual([
    `${a}:2 two`,
  ]);
});

test("exports: a type may be exported for what names it in its own file, and is dead when nothing does", () => {
  const used = "export interface One {}\nexport const setup = (one: One) => one;";
  expect(found({ [a]: used })).toEqual([]);
  expect(found({ [a]: "export interface One {}" })).toEqual([`${a}:1 One`]);
});

test("exports: a schema and its type are one name, and dead together", () => {
  const pair = "export const One = z.string();\nexport type One = z.infer<typeof One>;\n";
  expect(found({ [a]: pair })).toEqual([`${a}:2 One`]);
  expect(found({ [a]: `${pair}export const setup = z.array(One);` })).toEqual([]);
});
