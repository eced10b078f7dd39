/**
 * Turns a page's HTML into Markdown that a model can read: the article if there is one, else the whole body, without
 * scripts, styles and forms. It runs in a thread of its own, because a hostile page can keep a parser busy for long.
 */
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown";

export interface Readable {
  readonly title: string;
  readonly excerpt: string;
  readonly markdown: string;
}

const removed = [
  "script",
  "style",
  "noscript",
  "template",
  "iframe",
  "object",
  "embed",
  "svg",
  "form",
  "button",
  "input",
];

/** `url` makes links absolute. */
export function toReadable(page: string, url: string): Readable {
  // A piece of a page gets the rest, without which a document has no body.
  const html = /<body[\s>]/i.test(page) ? page : `<!doctype html><html><head></head><body>${page}</body></html>`;
  const { document } = parseHTML(html);
  setBase(document, url);
  const title: string = document.title || (document.querySelector("title")?.textContent ?? "");
  const article = readArticle(html, url);
  const description = document.querySelector("meta[name=description],meta[property='og:description']");
  for (const element of document.querySelectorAll(removed.join(","))) element.remove();
  const body = document.body as { readonly innerHTML: string; readonly textContent: string };
  // Readability leaves out too much where a page is a list or an application.
  const isArticle = article !== null && article.length * 8 > oneLine(body.textContent).length;
  const markdown = toMarkdown(isArticle ? article.content : body.innerHTML, url);
  const excerpt = article?.excerpt || description?.getAttribute("content") || "";
  return { title: oneLine(article?.title || title), excerpt: oneLine(excerpt).slice(0, 500), markdown };
}

function readArticle(html: string, url: string) {
  const { document } = parseHTML(html);
  setBase(document, url);
  const found = parseArticle(document);
  return found === null
    ? null
    : {
        title: found.title ?? "",
        excerpt: found.excerpt ?? "",
        content: found.content ?? "",
        length: oneLine(found.textContent ?? "").length,
      };
}

/** Looking for the article takes longer than everything else together: a large page is shown whole. */
function parseArticle(document: object) {
  try {
    return new Readability(document as never, { maxElemsToParse: 10_000 }).parse();
  } catch {
    return null; // too many elements
  }
}

function toMarkdown(html: string, url: string): string {
  const service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
  service.remove(removed as never);
  service.addRule("link", {
    filter: "a",
    replacement: (content, node) => {
      const href = absolute(attribute(node, "href"), url);
      const text = content.replaceAll(/\s+/g, " ").trim();
      return href === null || text === "" ? content : `[${text}](${href})`;
    },
  });
  service.addRule("cell", { filter: ["td", "th"], replacement: (content) => ` ${oneLine(content)} |` });
  service.addRule("row", { filter: "tr", replacement: (content) => `\n|${content}` });
  service.addRule("image", {
    filter: "img",
    replacement: (_content, node) => {
      const alt = oneLine(attribute(node, "alt"));
      return alt === "" ? "" : `[picture: ${alt}]`;
    },
  });
  return service
    .turndown(html)
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/** Types of a browser's document are not there in a server's code. */
function attribute(node: unknown, name: string): string {
  return (node as { getAttribute(name: string): string | null }).getAttribute(name) ?? "";
}

function absolute(href: string, url: string): string | null {
  if (!URL.canParse(href, url)) return null;
  const { protocol, href: whole } = new URL(href, url);
  return protocol === "http:" || protocol === "https:" ? whole.replaceAll("(", "%28").replaceAll(")", "%29") : null;
}

/** linkedom has no address of its own; Readability asks for one. */
function setBase(document: object, url: string): void {
  for (const name of ["baseURI", "documentURI"])
    Object.defineProperty(document, name, { value: url, configurable: true });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
