/**
 * Renders Markdown to HTML without trusting the text (SE4). Raw HTML becomes visible text, links keep only web and mail
 * addresses and open in a new tab, and images become links: a picture from elsewhere would tell its host who reads.
 * Only a picture contained in the text itself is shown. The output is still sanitised before it reaches the page; this
 * is the first of two walls.
 */

import { escapeHtml } from "@reef/protocol/escape-html";
import { Marked, Renderer, type Token, type Tokens } from "marked";
import { isCostly } from "./is-costly.ts";
import { type MathToken, mathExtensions } from "./read-math.ts";

export interface Block {
  /** The source of the block; the same source gives the same HTML. */
  readonly raw: string;
  readonly tokens: readonly Token[];
}

/** Returns HTML of the code, made of escaped text and spans; null leaves the code as it is. */
export type ColourCode = (text: string, language: string) => string | null;

/** Returns a formula as HTML; by default its source. */
export type DrawMath = (token: MathToken) => string;

const mathSource: DrawMath = ({ raw }) => `<code class="math-source">${escapeHtml(raw.trim())}</code>`;

export function createRenderer(colour: ColourCode | null, drawMath: DrawMath = mathSource): Marked {
  return new Marked({
    extensions: mathExtensions(drawMath),
    gfm: true,
    breaks: true,
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      link({ href, tokens, title }: Tokens.Link) {
        return anchor({ href, title: title ?? null, inner: this.parser.parseInline(tokens) });
      },
      image({ href, text, title }: Tokens.Image) {
        if (isWrittenOutPicture(href)) return `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`;
        return anchor({ href, title: title ?? null, inner: `🖼 ${escapeHtml(text || href.slice(0, 200))}` });
      },
      code({ text, lang }: Tokens.Code) {
        const { language, label } = readFence(lang ?? "");
        const inner = (language && colour?.(text, language.toLowerCase())) || escapeHtml(text);
        const head = label === "" ? "" : `<span>${escapeHtml(label)}</span>`;
        return `<div class="code"><div class="code-head">${head}<button type="button" class="copy" title="Copy"><span>Copy</span></button></div><pre tabindex="0"><code>${inner}\n</code></pre></div>`;
      },
      // A wide table scrolls, so the keyboard must reach it.
      table(token: Tokens.Table) {
        return `<div class="table" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>`;
      },
      checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
    },
  });
}

const plain = createRenderer(null);

/** Reads what stands after a fence: a language, and often the file's name, as in `css src/a.css`, `css:src/a.css` or `css title="a.css"`. */
export function readFence(info: string): { readonly language: string; readonly label: string } {
  const [, language = "", rest = ""] = /^([^\s:]*):?\s*(.*)$/s.exec(info.slice(0, 300)) ?? [];
  const named = /(?:^|[\s{])(?:title|file(?:name)?|path)=(?:"([^"]*)"|'([^']*)'|([^\s}]+))/.exec(rest);
  const bare = /^(\S*[\w-]\.\w+|\S+\/\S+|Dockerfile|Makefile)(?=\s|$)/.exec(rest);
  return { language, label: named?.[1] ?? named?.[2] ?? named?.[3] ?? bare?.[1] ?? language };
}

export function textToBlocks(text: string): readonly Block[] {
  if (isCostly(text)) return [{ raw: text, tokens: [{ type: "code", raw: text, text }] }];
  return plain.lexer(text).flatMap((token) => (token.type === "space" ? [] : [{ raw: token.raw, tokens: [token] }]));
}

export function blockToHtml(block: Block, renderer: Marked = plain): string {
  return renderer.parser([...block.tokens]);
}

/** True if the block contains a formula. */
export function hasMath({ raw, tokens }: Block): boolean {
  if (!/[$]|\\[([]/.test(raw)) return false;
  let isFound = false;
  plain.walkTokens([...tokens], ({ type }) => {
    isFound ||= type === "math" || type === "mathBlock";
  });
  return isFound;
}

/** Returns the source of a diagram that is written to its end, else null. */
export function diagramSource({ raw, tokens }: Block): string | null {
  const [only] = tokens;
  if (only?.type !== "code" || !/^mermaid\b/i.test((only as Tokens.Code).lang ?? "")) return null;
  return /\n[ \t]*(?:```+|~~~+)[ \t]*\n*$/.test(raw) ? (only as Tokens.Code).text : null;
}

/** True if some code in the block names its language. */
export function namesLanguage({ raw }: Block): boolean {
  return /^[\s>*+\-\d.]*(```|~~~)[ \t]*\w/m.test(raw);
}

const maxPictureLength = 2_000_000;

/** True for a picture whose pixels are in the address. SVG does not count: it is a document with scripts of its own. */
export function isWrittenOutPicture(href: string): boolean {
  return href.length <= maxPictureLength && /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(href);
}

/**
 * Returns the address when it is safe to follow, else null. A list of what is allowed has no gaps for tricks of
 * spelling.
 */
export function safeHref(href: string): string | null {
  return /^(https?:\/\/|mailto:)/i.test(href) ? href : null;
}

function anchor({
  href,
  title,
  inner,
}: {
  readonly href: string;
  readonly title: string | null;
  readonly inner: string;
}): string {
  const safe = safeHref(href);
  if (!safe) return inner;
  const hint = title ? ` title="${escapeHtml(title)}"` : "";
  return `<a href="${escapeHtml(safe)}"${hint} target="_blank" rel="noopener noreferrer nofollow">${inner}</a>`;
}
