import { readFileSync } from "node:fs";
import { type Color, converter, displayable, formatHex, parse, wcagContrast } from "culori";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../packages/console/src/ui/theme.css", import.meta.url), "utf8");
const schemes = ["light", "dark"] as const;
type Scheme = (typeof schemes)[number];
/** The first is the one that nobody chose. */
const accents = ["blue", ...Array.from(css.matchAll(/^\[data-accent="(\w+)"\]/gm), (match) => match[1] ?? "")];
const looks = accents.flatMap((accent) => schemes.map((scheme) => ({ accent, scheme })));

interface Look {
  readonly accent: string;
  readonly scheme: Scheme;
}

/** Returns the colour that the role has in the look; one with transparency is laid over `ground`. */
function colorOf(role: string, look: Look, ground?: string): string {
  const color = parsedColor(role, look);
  return formatHex(ground === undefined ? color : over(color, ground));
}

function parsedColor(role: string, look: Look): Color {
  const value = declared(role);
  const reference = /^var\(--([a-z0-9-]+)\)$/.exec(value)?.[1];
  if (reference !== undefined) return parsedColor(reference, look);
  const pair = /^light-dark\((.*)\)$/s.exec(value)?.[1];
  const words = pair === undefined ? value : (splitPair(pair)[look.scheme === "light" ? 0 : 1] ?? "");
  const color = parse(inAccent(words, look.accent).trim());
  if (color === undefined) throw new Error(`--${role} is not a colour in ${look.scheme}: ${words}`);
  return color;
}

function declared(name: string, text = css): string {
  const value = new RegExp(`^\\s*--${name}:\\s*([^;]+);`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`theme.css has no --${name}`);
  return value;
}

/** Puts in the hue and the strength that the accent sets. */
function inAccent(words: string, accent: string): string {
  const own = css.split(`[data-accent="${accent}"] {`)[1] ?? css;
  return words
    .replaceAll(/calc\(([\d.]+) \* var\(--strong\)\)/g, (_, chroma: string) =>
      String(Number(chroma) * Number(declared("strong", own))),
    )
    .replaceAll("var(--hue)", declared("hue", own));
}

/** Splits `a, b`, each of which may contain commas in brackets. */
function splitPair(pair: string): string[] {
  let depth = 0;
  const at = Array.from(pair).findIndex((letter) => {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    return letter === "," && depth === 0;
  });
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function over(color: Color, ground: string): Color {
  const rgb = converter("rgb");
  const [top, below] = [rgb(color), rgb(ground)];
  const alpha = top.alpha ?? 1;
  const mix = (channel: "r" | "g" | "b") => top[channel] * alpha + (below?.[channel] ?? 0) * (1 - alpha);
  return { mode: "rgb", r: mix("r"), g: mix("g"), b: mix("b") };
}

/** What a pointer may be over; wells and what is selected do not change under it. */
const hovered = ["surface-0", "surface-1", "surface-2"];
const surfaces = [...hovered, "surface-3", "selected"];

describe.each(looks)("the roles in $scheme, with the accent $accent", (look) => {
  const grounds = [
    ...surfaces.map((surface) => colorOf(surface, look)),
    ...hovered.map((surface) => colorOf("hover", look, colorOf(surface, look))),
  ];
  const worst = (role: string) => Math.min(...grounds.map((ground) => wcagContrast(colorOf(role, look), ground)));

  test.each(["text-1", "text-2", "text-3"])("%s can be read on every surface", (role) => {
    expect(worst(role)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["running", "needs", "failed", "done", "focus"])("a sign in %s is seen on every surface", (role) => {
    expect(worst(role)).toBeGreaterThanOrEqual(3);
  });

  test("words on the primary button can be read, also while the pointer is over it", () => {
    for (const accent of ["accent", "accent-hover"])
      expect(wcagContrast(colorOf("on-accent", look), colorOf(accent, look))).toBeGreaterThanOrEqual(4.5);
  });

  test("the accent can be shown on every screen, and none but a grey one has a state's hue", () => {
    const toOklch = converter("oklch");
    for (const role of ["accent", "accent-hover", "focus", "selected"])
      expect([role, displayable(parsedColor(role, look))]).toEqual([role, true]);
    const { c = 0, h = 0 } = toOklch(parsedColor("accent", look));
    for (const state of ["running", "needs", "failed", "done"]) {
      const { h: hue = 0 } = toOklch(parsedColor(state, look));
      const apart = Math.abs(((h - hue + 540) % 360) - 180);
      expect([state, c < 0.03 || apart >= 28]).toEqual([state, true]);
    }
  });

  test("a topic's bar is seen on the frame", () => {
    for (const topic of ["clay", "straw", "moss", "lagoon", "steel", "slate", "orchid", "rose"])
      expect(wcagContrast(colorOf(`topic-${topic}`, look), colorOf("surface-0", look))).toBeGreaterThanOrEqual(3);
  });

  test("code can be read in its well", () => {
    for (const part of ["keyword", "string", "number", "name", "type"])
      expect(wcagContrast(colorOf(`code-${part}`, look), colorOf("surface-3", look))).toBeGreaterThanOrEqual(4.5);
  });
});
