/**
 * Writes a conversation as Markdown. The words of people and bots stay as written, under a heading with author and
 * time, and what they leave open is closed. Inputs and results of tools are in fences longer than any within, so
 * nothing in them reads as part of the document.
 */
import type { ExportedEntry } from "@reef/protocol/export";
import { closeOpen } from "./close-open.ts";
import type { Conversation } from "./conversation.ts";
import { authorOf, oneLine, sizeWords, timeWords } from "./words.ts";

export async function* writeMarkdown(conversation: Conversation): AsyncGenerator<string, void> {
  const { title, botName, session, exportedAt } = conversation;
  yield `# ${plain(oneLine(title))}\n\nA conversation with ${plain(oneLine(botName))}, started ${timeWords(session.createdAt)}, exported ${timeWords(exportedAt)}.\n`;
  for await (const entry of conversation.entries()) {
    const body = bodyOf(entry);
    if (body !== "") yield `\n${headOf(entry, botName)}\n\n${body}\n`;
  }
  const redacted = conversation.redacted();
  if (redacted > 0) yield `\n---\n\n${redacted === 1 ? "1 secret was" : `${redacted} secrets were`} left out.\n`;
}

function headOf(entry: ExportedEntry, botName: string): string {
  const marks = [
    timeWords(entry.at),
    ...(entry.replacedBy === undefined ? [] : ["replaced later"]),
    ...(entry.partial ? ["stopped early"] : []),
  ];
  return `## ${plain(authorOf(entry, botName))}\n\n*${marks.join(" · ")}*`;
}

function bodyOf(entry: ExportedEntry): string {
  const { kind, text, tool, reasoning, attachments = [] } = entry;
  const files = attachments.map(
    ({ name, mediaType, sizeBytes }) => `- Attached: ${plain(oneLine(name))} (${mediaType}, ${sizeWords(sizeBytes)})`,
  );
  const thought =
    reasoning === undefined ? "" : `<details><summary>Thought</summary>\n\n${fenced(reasoning, "")}\n\n</details>`;
  const said =
    kind === "tool_call"
      ? fenced(JSON.stringify(tool?.input ?? {}, null, 2), "json")
      : kind === "tool_result" && text !== ""
        ? fenced(text, "")
        : kind === "notice"
          ? text.replace(/^/gm, "> ")
          : closeOpen(text);
  return [thought, said, files.join("\n")].filter((part) => part !== "").join("\n\n");
}

function fenced(text: string, language: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Escapes a name, so that none of its characters is markup. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
}
