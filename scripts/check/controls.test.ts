import { expect, test } from "vitest";
import { checkControls } from "./controls.ts";
import { makeTree } from "./tree-fixture.ts";

const problems = (text: string, path = "packages/console/src/features/a/A.tsx") =>
  checkControls(makeTree({ [path]: text })).map(({ line, text: words }) => `${line ?? ""}: ${words}`);

test("controls: a select, a menu or an svg of its own is refused, with its line", () => {
  expect(problems("<form>\n  <select name='a'>\n")).toEqual(["2: a select of its own: `Select` of ui/Select.tsx."]);
  expect(problems("<svg viewBox='0 0 16 16'>")).toHaveLength(1);
  expect(problems('<ul role="menu">')).toHaveLength(1);
  expect(problems('import { DropdownMenu } from "radix-ui";')).toHaveLength(1);
  expect(problems("<select>", "packages/console/src/app/keys/A.tsx")).toHaveLength(1);
});

test("controls: ui, other packages, and what is drawn through ui pass", () => {
  expect(problems("<select><svg>", "packages/console/src/ui/Select.tsx")).toEqual([]);
  expect(problems("<svg>", "packages/server/src/page.tsx")).toEqual([]);
  expect(problems("<Select options={[]} /> <Icon of={House} /> <Menu />")).toEqual([]);
});

test("controls: a chart that is named may draw, but no select, and leaves the list when it draws no more", () => {
  const chart = "packages/console/src/features/roster/Sparkline.tsx";
  expect(problems("<svg>", chart)).toEqual([]);
  expect(problems("<svg>\n<select>", chart)).toHaveLength(1);
  expect(problems("<p>", chart)).toEqual([
    ": draws nothing any more: out of the list of charts in scripts/check/controls.ts.",
  ]);
});
