import { expect, test } from "vitest";
import { checkScale } from "./scale.ts";
import { makeTree } from "./tree-fixture.ts";

const problems = (css: string, path = "packages/console/src/features/a/A.module.css") =>
  checkScale(makeTree({ [path]: css })).map(({ line, text }) => `${line}: ${text}`);
const refuses = (declaration: string) => problems(`.a {\n  ${declaration};\n}\n`).length === 1;

test("scale: a literal size, weight, radius, step, depth, duration or colour is refused, with its line", () => {
  expect(problems(".a {\n  color: var(--text-1);\n  font-size: 13px;\n}\n")).toEqual([
    "3: font-size: 13px is a size of its own: `font: var(--t-…)`.",
  ]);
  for (const declaration of [
    "font: 600 11px / 1 var(--font)",
    "font-size: 0.9em",
    "font-weight: 550",
    "font-weight: bold",
    "border-radius: 7px",
    "border-radius: var(--r-1) 3px",
    "border-top-left-radius: 50px",
    "gap: var(--s-1) 6px",
    "row-gap: .5rem",
    "margin: 0 auto 3px",
    "margin-left: calc(-1 * var(--s-2) + 1px)",
    "padding-block: 13px",
    "z-index: 40",
    "transition: opacity 120ms",
    "animation: turn 2.4s linear infinite",
    "color: #fff",
    "color: RED",
    "background: rgb(0 0 0 / 40%)",
    "border: 1px solid lightgray",
    "box-shadow: 0 1px 2px oklch(0 0 0 / 5%)",
    "--own: hsl(12 40% 50%)",
    "fill: color-mix(in oklch, white 40%, transparent)",
  ])
    expect([declaration, refuses(declaration)]).toEqual([declaration, true]);
});

test("scale: roles and steps, nothing, shares and lengths that are no step pass", () => {
  for (const declaration of [
    "font: var(--t-12)",
    "font: inherit",
    "font-size: inherit",
    "font-weight: var(--w-mid)",
    "border-radius: 0",
    "gap: 0 var(--s-3)",
    "margin: 10vh auto auto",
    "margin: calc(-1 * var(--s-3)) 0 0",
    "padding: 0 0 max(var(--s-2), env(safe-area-inset-bottom, 4px))",
    "z-index: var(--z-menu)",
    "transition: opacity var(--d-1)",
    "border: 1px solid var(--border-1)",
    "outline: 2px solid var(--focus)",
    "background: none",
    "color: currentColor",
    "background: color-mix(in oklch, var(--failed) 45%, transparent)",
    'content: "#fff 3px"',
    "width: 13px",
    "white-space: nowrap",
  ])
    expect([declaration, refuses(declaration)]).toEqual([declaration, false]);
});

test("scale: the theme alone may name them, and what has to differ says why", () => {
  expect(problems(":root {\n  --s-1: 2px;\n  --accent: #16679e;\n}", "packages/console/src/ui/theme.css")).toEqual([]);
  expect(
    problems(".a {\n  /* scale: a camera reads black on white */\n  background: #fff;\n  color: #000;\n}"),
  ).toHaveLength(1);
  expect(problems(".a {\n  background: #fff; /* scale: a camera reads black on white */\n}")).toEqual([]);
  expect(problems(".a {\n  /* scale: */\n  background: #fff;\n}")).toHaveLength(1);
});

test("scale: an inline style with a literal size is refused, a measured one is not", () => {
  const inline = (style: string) =>
    checkScale(makeTree({ "packages/console/src/ui/A.tsx": `<i style={{ ${style} }} />` })).length;
  expect(inline("fontSize: 13")).toBe(1);
  expect(inline('color: "#fff"')).toBe(1);
  expect(inline("height: 40, gap: `8px`")).toBe(1);
  expect(inline("left: x, top: y, padding: 0")).toBe(0);
  expect(inline("width: box.widthPx")).toBe(0);
});
