/** Computes the contrasts of every accent from theme.css itself. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { looksOf } from "./look.ts";

const theme = readFileSync(new URL("theme.css", import.meta.url), "utf8");
const schemes = ["light", "dark"] as const;
type Color = readonly [lightness: number, chroma: number, hue: number];

function valueOf(name: string, text = theme): string {
  const found = new RegExp(`--${name}:([^;]+);`).exec(text)?.[1];
  if (!found) throw new Error(`theme.css has no --${name}`);
  return found;
}

/** The accent's own hue and strength, or those of the first. */
function sizesOf(accent: string): { readonly hue: number; readonly strong: number } {
  const own = theme.split(`[data-accent="${accent}"] {`)[1]?.split("}")[0] ?? theme;
  return { hue: Number(valueOf("hue", own)), strong: Number(valueOf("strong", own)) };
}

function colorOf(role: string, scheme: (typeof schemes)[number], accent: string): Color {
  const { hue, strong } = sizesOf(accent);
  const plain = valueOf(role)
    .replaceAll(/calc\(([\d.]+) \* var\(--strong\)\)/g, (_, chroma: string) => String(Number(chroma) * strong))
    .replaceAll("var(--hue)", String(hue));
  const colors = [...plain.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)].map((match) => match.slice(1).map(Number));
  return (colors[scheme === "dark" ? colors.length - 1 : 0] ?? []) as unknown as Color;
}

/** Linear sRGB of an OKLCH colour. */
function toRgb([lightness, chroma, hue]: Color): readonly number[] {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function contrast(one: Color, other: Color): number {
  const [light = 0, dark = 0] = [one, other]
    .map((color) => {
      const [red = 0, green = 0, blue = 0] = toRgb(color);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const cases = looksOf("accent").flatMap((accent) => schemes.map((scheme) => [accent, scheme] as const));

test.each(cases)("an accent keeps its contrasts: %s, %s", (accent, scheme) => {
  const color = (role: string): Color => colorOf(role, scheme, accent);
  for (const ground of ["accent", "accent-hover"])
    expect([ground, contrast(color("on-accent"), color(ground)) >= 4.5]).toEqual([ground, true]);
  for (const surface of ["surface-0", "surface-1", "surface-2", "surface-3", "selected"])
    expect([surface, contrast(color("focus"), color(surface)) >= 3]).toEqual([surface, true]);
  for (const text of ["text-1", "text-2", "text-3"])
    expect([text, contrast(color(text), color("selected")) >= 4.5]).toEqual([text, true]);
});

test.each(cases)("an accent can be shown on every screen, and is no state's hue: %s, %s", (accent, scheme) => {
  for (const role of ["accent", "accent-hover", "focus", "selected"])
    for (const part of toRgb(colorOf(role, scheme, accent)))
      expect([role, part >= -0.005 && part <= 1.005]).toEqual([role, true]);
  const [, chroma, hue] = colorOf("accent", scheme, accent);
  for (const state of ["running", "needs", "failed", "done"]) {
    const [, , stateHue] = colorOf(state, scheme, accent);
    const apart = Math.abs(((hue - stateHue + 540) % 360) - 180);
    expect([state, chroma < 0.03 || apart >= 28]).toEqual([state, true]);
  }
});
