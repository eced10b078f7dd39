import { expect, test } from "vitest";
import { checkNames } from "./names.ts";
import { makeTree } from "./tree-fixture.ts";

const countIn = (path: string, text = "") => checkNames(makeTree({ [path]: text })).length;

test.each([
  "export class SessionManager {}",
  "export const turnHelper = 1;",
  "export function stringUtils() {}",
  "export interface BotData {}",
  "export type Info = string;",
  "export const BUILD_INFO = 1;",
  "const a = 1;\nexport { a as rowData };",
])("names: %s is a problem", (text) => {
  expect(countIn("packages/engine/src/a.ts", text)).toBe(1);
});

test.each([
  "export interface BotMetadata {}",
  "export const dataFolder = 1;",
  "export const managerOf = 1;",
  "const rowData = 1;\nexport const a = rowData;",
])("names: %s passes", (text) => {
  expect(countIn("packages/engine/src/a.ts", text)).toBe(0);
});

test.each([
  "packages/engine/src/session-helper.ts",
  "packages/console/src/BotInfo.tsx",
  "packages/engine/src/utils/text.ts",
  "packages/engine/src/common/text.ts",
  "packages/engine/src/index.ts",
])("names: the path %s is a problem", (path) => {
  expect(countIn(path)).toBe(1);
});
