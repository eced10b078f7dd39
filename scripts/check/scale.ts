/**
 * Keeps the console on its design scale: theme.css defines sizes, weights, steps, radii, depths, durations and colours, and
 * every other file refers to them by name. An exception gives its reason: a comment that begins with "scale:" on its line or
 * the line above.
 */
import { isTest, type Problem, type SourceFile, type Tree } from "./tree.ts";

const theme = "packages/console/src/ui/theme.css";
const inConsole = /^packages\/console\/src\//;

interface Rule {
  readonly property: RegExp;
  readonly literal: RegExp;
  readonly text: string;
}

const number = /(?<![\w.-])-?(?:\d+\.?\d*|\.\d+)/;
const length = /(?<![\w.-])-?(?!0(?![\d.]))(?:\d+\.?\d*|\.\d+)(?:px|r?em|ch|pt)\b/;
const names =
  "black|white|red|green|blue|yellow|orange|purple|pink|brown|gray|grey|silver|gold|navy|teal|maroon|olive|lime|aqua|cyan|magenta|fuchsia|indigo|violet|crimson|tomato|salmon|coral|khaki|orchid|tan|beige|ivory|azure|lavender|plum|turquoise|rebeccapurple|(?:dark|light|medium|deep|pale|dim|hot)[a-z]+";
const color = new RegExp(
  `#[\\da-f]{3,8}\\b|\\b(?:rgba?|hsla?|hwb|(?:ok)?l(?:ab|ch)|color)\\(|(?<![\\w-])(?:${names})(?![\\w(-])`,
  "i",
);

const rules: readonly Rule[] = [
  { property: /^font-size$/, literal: number, text: "a size of its own: `font: var(--t-…)`" },
  { property: /^font$/, literal: number, text: "a font of its own: `font: var(--t-…)`" },
  { property: /^font-weight$/, literal: /\d|bold|lighter/, text: "a weight of its own: `var(--w-…)`" },
  { property: /radius$/, literal: length, text: "a radius of its own: `var(--r-…)`" },
  {
    property: /^((row|column)-)?gap$|^(margin|padding)(-|$)/,
    literal: length,
    text: "a step of its own: `var(--s-…)`",
  },
  { property: /^z-index$/, literal: number, text: "a depth of its own: `var(--z-…)`" },
  {
    property: /^(transition|animation)(-|$)/,
    literal: /(?<![\w-])(?!0m?s)[\d.]+m?s\b/,
    text: "a duration of its own: `var(--d-…)`",
  },
  {
    property: /^--|color$|^(background|border|outline|fill|stroke|box-shadow|text-shadow|text-decoration)/,
    literal: color,
    text: "a colour of its own: a role of the theme",
  },
];

export function checkScale(tree: Tree): Problem[] {
  return tree.files
    .filter(({ path }) => inConsole.test(path) && path !== theme && !isTest(path))
    .flatMap((file) =>
      file.path.endsWith(".css") ? checkStyles(file) : file.path.endsWith(".tsx") ? checkInline(file) : [],
    );
}

function checkStyles({ path, text }: SourceFile): Problem[] {
  const excused = new Set<number>();
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, (comment, at: number) => {
    if (/^\/\*\s*scale:\s*\w/.test(comment)) {
      const last = lineAt(text, at + comment.length);
      excused.add(last).add(last + 1);
    }
    return comment.replaceAll(/[^\n]/g, " ");
  });
  return [...code.matchAll(/(?<=[{;]\s*)([\w-]+)\s*:\s*([^;{}]+)(?=[;}])/g)].flatMap(
    ({ 1: property = "", 2: value = "", index }) => {
      const line = lineAt(code, index);
      if (excused.has(line)) return [];
      const plain = value.replaceAll(/"[^"]*"|'[^']*'|url\([^)]*\)|var\(--[\w-]+|\benv\([^)]*\)/g, " ");
      const broken = rules.find((rule) => rule.property.test(property) && rule.literal.test(plain));
      return broken ? [{ path, line, text: `${property}: ${value.trim()} is ${broken.text}.` }] : [];
    },
  );
}

const inlineKey =
  /\b(fontSize|fontWeight|borderRadius|gap|rowGap|columnGap|zIndex|padding\w*|margin\w*|color|background(?:Color)?)\s*:\s*["'`]?(?!0\b)[#\d]/;

/** Checks styles that a component sets inline. */
function checkInline({ path, text }: SourceFile): Problem[] {
  return [...text.matchAll(/style=\{\{([^}]*)\}/g)].flatMap(({ 1: style = "", index }) => {
    const [, key] = inlineKey.exec(style) ?? [];
    return key
      ? [{ path, line: lineAt(text, index), text: `an inline ${key} is outside the scale: a class of the module.` }]
      : [];
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
