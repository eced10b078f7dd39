/**
 * Markdown to HTML without trust in the text (SE4): raw HTML becomes visible text, links keep only web and mail addresses,
 * and images become links, for a picture from elsewhere would tell its host who reads.
 */
import { Marked, type Tokens } from "marked";
import { escapeHtml } from "./escape-html.ts";

/** What is longer is shown as it was written: a list or a quotation nested without end must not hold the server up. */
const longest = 100_000;
/** Nested deeper, a text is no document. */
const deepest = 40;

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
    link({ href, tokens }: Tokens.Link) {
      return anchor(href, this.parser.parseInline(tokens));
    },
    image: ({ href, text }: Tokens.Image) => anchor(href, `🖼 ${escapeHtml(text || href.slice(0, 200))}`),
    code: ({ text }: Tokens.Code) => `<pre><code>${escapeHtml(text)}</code></pre>`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
  },
});

export function renderMarkdown(text: string): string {
  if (text.length > longest || isNestedDeep(text)) return `<pre>${escapeHtml(text)}</pre>`;
  try {
    return marked.parse(text, { async: false });
  } catch {
    // Nested deeper than it can follow.
    return `<pre>${escapeHtml(text)}</pre>`;
  }
}

function isNestedDeep(text: string): boolean {
  return new RegExp(`^(?:[ \\t]*(?:>|[-*+]|\\d{1,9}[.)])){${deepest},}`, "m").test(text);
}

function anchor(href: string, inner: string): string {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href.trim())) return inner;
  return `<a href="${escapeHtml(href.trim())}" rel="noopener noreferrer nofollow" target="_blank">${inner}</a>`;
}
