/**
 * Writes a conversation as one HTML file that needs nothing else and runs nothing: everything in it is escaped, its
 * policy allows no script, no request and no form (SE4), and remote pictures are only named. Text has the direction of
 * its content.
 */

import { escapeHtml } from "@reef/protocol/escape-html";
import type { ExportedEntry } from "@reef/protocol/export";
import type { Conversation } from "./conversation.ts";
import { createMarkdownRenderer, type MarkdownRenderer } from "./render-markdown.ts";
import { style } from "./style.ts";
import { authorOf, sizeWords, timeWords } from "./words.ts";

export async function* writeHtml(conversation: Conversation): AsyncGenerator<string, void> {
  const { title, botName, session, exportedAt } = conversation;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1 dir="auto">${escapeHtml(title)}</h1>
<p>A conversation with <bdi>${escapeHtml(botName)}</bdi>, started ${timeTag(session.createdAt)}, exported ${timeTag(exportedAt)}.</p>
</header>
`;
  const markdown = createMarkdownRenderer();
  let isReplaced = false;
  for await (const entry of conversation.entries()) {
    if ((entry.replacedBy !== undefined) !== isReplaced) {
      isReplaced = !isReplaced;
      yield isReplaced ? '<details class="replaced"><summary>Replaced later</summary>\n' : "</details>\n";
    }
    yield writeEntry(entry, { botName, markdown });
  }
  if (isReplaced) yield "</details>\n";
  const redacted = conversation.redacted();
  const left = redacted === 1 ? "1 secret was left out." : `${redacted} secrets were left out.`;
  yield `${redacted > 0 ? `<footer>${left}</footer>\n` : ""}</main>\n</body>\n</html>\n`;
}

function writeEntry(
  entry: ExportedEntry,
  { botName, markdown }: { readonly botName: string; readonly markdown: MarkdownRenderer },
): string {
  const { kind, text, tool, reasoning } = entry;
  const head = `<bdi class="who">${escapeHtml(authorOf(entry, botName))}</bdi> ${timeTag(entry.at)}`;
  const files = filesOf(entry);
  if (kind === "tool_call" || kind === "tool_result") {
    const shown = kind === "tool_call" ? JSON.stringify(tool?.input ?? {}, null, 2) : text;
    return `<details class="tool"><summary>${head}</summary>${verbatim(shown)}${files}</details>\n`;
  }
  const thought = reasoning === undefined ? "" : `<details><summary>Thought</summary>${verbatim(reasoning)}</details>`;
  if (text === "" && thought === "" && files === "") return "";
  const body = kind === "bot" ? `<div dir="auto">${markdown.render(text)}</div>` : plainText(text);
  const partial = entry.partial ? "<p><small>Stopped early.</small></p>" : "";
  return `<article class="${kind}"><p class="head">${head}</p>${thought}${text === "" ? "" : body}${partial}${files}</article>\n`;
}

function filesOf({ attachments = [] }: ExportedEntry): string {
  if (attachments.length === 0) return "";
  const items = attachments.map(
    ({ name, mediaType, sizeBytes }) =>
      `<li><bdi>${escapeHtml(name)}</bdi> (${escapeHtml(mediaType)}, ${sizeWords(sizeBytes)})</li>`,
  );
  return `<ul class="files">${items.join("")}</ul>`;
}

function plainText(text: string): string {
  return `<div class="plain" dir="auto">${escapeHtml(text)}</div>`;
}

function verbatim(text: string): string {
  return `<pre dir="auto">${escapeHtml(text)}</pre>`;
}

function timeTag(at: string): string {
  return `<time datetime="${escapeHtml(at)}">${escapeHtml(timeWords(at))}</time>`;
}
