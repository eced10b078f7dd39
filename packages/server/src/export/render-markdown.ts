/**
 * Renders Markdown to HTML without trusting the text (SE4): raw HTML becomes visible text, links keep only web and mail
 * addresses, and images become links, because a remote picture would tell its host who reads it.
 */
import { createContext, Script } from "node:vm";
import { escapeHtml } from "@reef/protocol/escape-html";
import { Marked, type Tokens } from "marked";

/** Longer text is shown as it was written. */
const longest = 100_000;
/** Deeper nesting is not a document. */
const deepest = 40;
/** Some texts take quadratic time (`_a_a_a…`): the server answers no one while it renders, so it gives up. */
const mostMs = 250;
/** For one export in total; after it, text is shown as it was written. */
const mostMsOfAll = 2_000;

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

export interface MarkdownRenderer {
  /** Never throws, and takes no more than 250 ms. */
  render(text: string): string;
}

/** Create one for each export: all that it renders takes at most two seconds. */
export function createMarkdownRenderer(now: () => number = () => performance.now()): MarkdownRenderer {
  const place: { run?: () => string } = createContext({});
  const script = new Script("run()");
  let leftMs = mostMsOfAll;
  return {
    render(text) {
      const asWritten = `<pre dir="auto">${escapeHtml(text)}</pre>`;
      if (text.length > longest || leftMs < 1 || isNestedDeep(text)) return asWritten;
      const startedAt = now();
      try {
        place.run = () => marked.parse(text, { async: false });
        // Only a script can be interrupted from outside.
        return script.runInContext(place, { timeout: Math.ceil(Math.min(mostMs, leftMs)) });
      } catch {
        // It took too long, or nests deeper than the parser can follow.
        return asWritten;
      } finally {
        leftMs -= now() - startedAt;
      }
    },
  };
}

/** A dash or a star marks a list only before a space: a line of dashes is a rule. */
function isNestedDeep(text: string): boolean {
  return new RegExp(`^(?:[ \\t]*(?:>|(?:[-*+]|\\d{1,9}[.)])(?=[ \\t]))){${deepest},}`, "m").test(text);
}

function anchor(href: string, inner: string): string {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href.trim())) return inner;
  return `<a href="${escapeHtml(href.trim())}" rel="noopener noreferrer nofollow" target="_blank">${inner}</a>`;
}
