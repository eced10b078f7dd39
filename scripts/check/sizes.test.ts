import { expect, test } from "vitest";
import { checkSizes } from "./sizes.ts";
import { makeTree } from "./tree-fixture.ts";

const isTooLong = (path: string, lines: number) => checkSizes(makeTree({ [path]: "x\n".repeat(lines) })).length === 1;

test("sizes: 500 lines pass and 501 do not, in scripts and styles alike", () => {
  expect(isTooLong("packages/engine/src/a.ts", 500)).toBe(false);
  expect(isTooLong("packages/engine/src/a.ts", 501)).toBe(true);
  expect(isTooLong("packages/console/src/theme.css", 501)).toBe(true);
});

test("sizes: tests may have 800 lines, migrations any number", () => {
  expect(isTooLong("packages/engine/src/a.test.ts", 800)).toBe(false);
  expect(isTooLong("packages/engine/src/a.test.ts", 801)).toBe(true);
  expect(isTooLong("packages/store/src/migrations/0001-bots.ts", 2000)).toBe(false);
});
