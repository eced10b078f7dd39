/**
 * Draws formulas as MathML, which browsers lay out by themselves: KaTeX's own HTML positions its letters by style
 * attributes, which the page's policy forbids. It is a chunk of its own, loaded with the first formula. Nothing in a
 * formula can load, link or run anything; an invalid or huge formula stays as it was written (SE4).
 */

import { escapeHtml } from "@reef/protocol/escape-html";
import katex from "katex";
import type { MathToken } from "./read-math.ts";

const maxLength = 5_000;

export function drawMath({ text, raw, isBlock }: MathToken): string {
  const html = text.length > maxLength ? null : toMathMl(text, isBlock);
  const source = escapeHtml(raw.trim());
  const inner = html ?? `<code class="math-source">${source}</code>`;
  // Wide formulas scroll, so the keyboard must reach them.
  return isBlock
    ? `<div class="math" title="${source}" tabindex="0">${inner}</div>`
    : `<span class="math" title="${source}">${inner}</span>`;
}

function toMathMl(text: string, displayMode: boolean): string | null {
  try {
    const html = katex.renderToString(text, {
      output: "mathml",
      displayMode,
      throwOnError: true,
      strict: "ignore",
      trust: false,
      maxExpand: 300,
      maxSize: 20,
      macros: {},
    });
    // The annotation contains the source, which would be found and copied beside the formula.
    return html.replace(/<annotation[\s\S]*?<\/annotation>/g, "");
  } catch {
    return null;
  }
}
