import { readFileSync } from "node:fs";
import { type Color, converter, formatHex, parse, wcagContrast } from "culori";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../packages/console/src/ui/theme.css", import.meta.url), "utf8");
const schemes = ["light", "dark"] as const;
type Scheme = (typeof schemes)[number];

/** Returns the colour that the role has in the scheme; one with transparency is laid over `ground`. */
function colorOf(role: string, scheme: Scheme, ground?: string): string {
  const value = new RegExp(`^\\s*--${role}:\\s*([^;]+);`, "m").exec(css)?.[1];
  if (value === undefined) throw new Error(`theme.css has no --${role}`);
  const reference = /^var\(--([a-z0-9-]+)\)$/.exec(value)?.[1];
  if (reference !== undefined) return colorOf(reference, scheme, ground);
  const pair = /^light-dark\((.*)\)$/s.exec(value)?.[1];
  const words = pair === undefined ? value : (splitPair(pair)[scheme === "light" ? 0 : 1] ?? "");
  const color = parse(words.trim());
  if (color === undefined) throw new Error(`--${role} is not a colour in ${scheme}: ${words}`);
  return formatHex(ground === undefined ? color : over(color, ground));
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

describe.each(schemes)("the roles in %s", (scheme) => {
  const grounds = [
    ...surfaces.map((surface) => colorOf(surface, scheme)),
    ...hovered.map((surface) => colorOf("hover", scheme, colorOf(surface, scheme))),
  ];
  const worst = (role: string) => Math.min(...grounds.map((ground) => wcagContrast(colorOf(role, scheme), ground)));

  test.each(["text-1", "text-2", "text-3"])("%s can be read on every surface", (role) => {
    expect(worst(role)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["running", "needs", "failed", "done", "focus"])("a sign in %s is seen on every surface", (role) => {
    expect(worst(role)).toBeGreaterThanOrEqual(3);
  });

  test("words on the primary button can be read, also while the pointer is over it", () => {
    for (const accent of ["accent", "accent-hover"])
      expect(wcagContrast(colorOf("on-accent", scheme), colorOf(accent, scheme))).toBeGreaterThanOrEqual(4.5);
  });

  test("a topic's bar is seen on the frame", () => {
    for (const topic of ["clay", "straw", "moss", "lagoon", "steel", "slate", "orchid", "rose"])
      expect(wcagContrast(colorOf(`topic-${topic}`, scheme), colorOf("surface-0", scheme))).toBeGreaterThanOrEqual(3);
  });

  test("code can be read in its well", () => {
    for (const part of ["keyword", "string", "number", "name", "type"])
      expect(wcagContrast(colorOf(`code-${part}`, scheme), colorOf("surface-3", scheme))).toBeGreaterThanOrEqual(4.5);
  });
});
