/**
 * Finds the formulas in a text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`. It only reads; the code that draws them is loaded
 * with the first one. Money, shell variables and prose between two dollar signs do not count.
 */
import type { TokenizerAndRendererExtension, Tokens } from "marked";

export interface MathToken extends Tokens.Generic {
  readonly type: "math" | "mathBlock";
  readonly raw: string;
  readonly text: string;
  readonly isBlock: boolean;
}

const maxLength = 3_000;
/** The search runs again for every piece of a text: scanning all the rest each time would take forever in a long one. */
const lookAhead = 2_000;
const money = /^\d[\d.,]*(?:\s+\p{L}{2,}|\s*[-–,/]?$)/u;
const signs = /[\\^_{}=+\-*/<>|()!]/;

const block = /^(?:\$\$(?!\s*\$)([\s\S]{1,3000}?)\$\$|\\\[([\s\S]{1,3000}?)\\\])[ \t]*(?:\n|$)/;
const inline =
  /^(?:\$\$([^\n$]{1,1000}?)\$\$|\\\(([\s\S]{1,1000}?)\\\)|\$(?![\s$])((?:\\[^\n]|[^\\\n$`]){1,1000}?)(?<![\s\\])\$(?![\p{L}\p{N}_$]))/u;

function token(type: MathToken["type"], raw: string, text: string): MathToken | undefined {
  if (text.trim() === "" || text.length > maxLength || /\n\s*\n/.test(text)) return undefined;
  return { type, raw, text: text.trim(), isBlock: type === "mathBlock" || raw.startsWith("$$") };
}

/** Returns undefined for text between dollar signs that is not a formula. */
function readInline(source: string): MathToken | undefined {
  const found = inline.exec(source);
  if (!found) return undefined;
  const between = found[3];
  if (between !== undefined && (money.test(between) || (/\s/.test(between) && !signs.test(between)))) return undefined;
  return token("math", found[0], found[1] ?? found[2] ?? between ?? "");
}

/** Extends a renderer with the way a formula becomes HTML. */
export function mathExtensions(render: (token: MathToken) => string): TokenizerAndRendererExtension[] {
  return [
    {
      name: "mathBlock",
      level: "block",
      start: (source) => /(?:^|\n)(?:\$\$(?!\s*\$)|\\\[)/.exec(source.slice(0, lookAhead))?.index,
      tokenizer(source) {
        const found = block.exec(source);
        return found ? token("mathBlock", found[0], found[1] ?? found[2] ?? "") : undefined;
      },
      renderer: (token) => render(token as MathToken),
    },
    {
      name: "math",
      level: "inline",
      // A dollar sign after a letter or a digit ends something: `US$`, `5$`.
      start: (source) =>
        /(?<![\p{L}\p{N}_\\$])(?:\$\$(?!\$)|\$(?![\s$]))|\\\(/u.exec(source.slice(0, lookAhead))?.index,
      tokenizer: (source) => readInline(source),
      renderer: (token) => render(token as MathToken),
    },
  ];
}
