/**
 * Markdown to HTML without trust in the text (SE4). Raw HTML becomes visible text, links keep only web and mail
 * addresses and open apart, and images become links: a picture from elsewhere would tell its host who reads.
 * What comes out is still sanitised before it reaches the page; this is the first of two walls.
 */
import { Marked, type Token, type Tokens } from "marked";
import remend from "remend";

export interface Block {
  /** The source of the block; the same source gives the same HTML. */
  readonly raw: string;
  readonly tokens: readonly Token[];
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
    link({ href, tokens, title }: Tokens.Link) {
      return anchor({ href, title: title ?? null, inner: this.parser.parseInline(tokens) });
    },
    image({ href, text, title }: Tokens.Image) {
      return anchor({ href, title: title ?? null, inner: `🖼 ${escapeHtml(text || href)}` });
    },
    code({ text, lang }: Tokens.Code) {
      const language = escapeHtml(/^\S*/.exec(lang ?? "")?.[0] ?? "");
      return `<div class="code"><div class="code-head"><span>${language || "text"}</span><button type="button" class="copy">Copy</button></div><pre tabindex="0"><code>${escapeHtml(text)}\n</code></pre></div>`;
    },
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
  },
});

/** The blocks of a text. While it is being written, half-open marks at its end are closed, so that it does not flicker. */
export function textToBlocks(text: string, isLive: boolean): readonly Block[] {
  const source = isLive ? remend(text, { linkMode: "text-only", images: false, katex: false }) : text;
  return marked.lexer(source).flatMap((token) => (token.type === "space" ? [] : [{ raw: token.raw, tokens: [token] }]));
}

export function blockToHtml(block: Block): string {
  return marked.parser([...block.tokens]);
}

/** The address when it is safe to follow, else null. A list of what is allowed has no gaps for tricks of spelling. */
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

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
