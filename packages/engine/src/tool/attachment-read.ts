/** Reads the text of a file that came with a message or a result of this session. It is quoted, never instructions (MB9). */
import { FileId } from "@reef/protocol/ids";
import { z } from "zod";
import { mixedKey } from "../ids.ts";
import { oneLine } from "../prompt/defuse.ts";
import { quoteText } from "../prompt/quote.ts";
import { defineTool, errorResult } from "./tool.ts";

/** The most of one call, in UTF-16 units: the next call goes on where it ends. */
const mostAtOnce = 20_000;

export const attachmentRead = defineTool({
  name: "attachment_read",
  description:
    "Reads a text file that was attached to a message or a result in this session, from a position on. Its id is given where the file is named.",
  input: z.strictObject({
    id: z.string().min(1).describe("The file's id."),
    from: z.int().min(0).default(0).describe("Position of the first character to read."),
  }),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "others",
  tells: "nobody",
  folds: true,
  async run({ deps, session, turn, callId }, { id, from }) {
    const parsed = FileId.safeParse(id.trim());
    const file = parsed.success ? await deps.store.read.fileOfSession(session.id, parsed.data) : null;
    if (file === null) return errorResult(`no file with the id “${oneLine(id)}” is attached in this session`);
    const bytes = (await deps.files?.read(file.id)) ?? null;
    if (bytes === null) return errorResult(`the bytes of “${oneLine(file.name)}” are gone`);
    const text = toText(bytes);
    if (text === null) return errorResult(`“${oneLine(file.name)}” is not a text file: ${file.mediaType}`);
    const part = cut(text.slice(from, from + mostAtOnce));
    const end = from + part.length;
    const head = `“${oneLine(file.name)}”: characters ${from} to ${end} of ${text.length}.`;
    if (part === "") return { type: "result", text: `${head} Nothing is left to read.` };
    const next = end < text.length ? `\nRead on with from ${end}.` : "";
    // The authors of the text know neither id.
    const key = mixedKey(turn.id ?? callId, file.id);
    return { type: "result", text: `${head}\n${quoteText(part, { file: file.id, name: file.name }, key)}${next}` };
  },
});

/** Returns null for bytes that are no UTF-8 text. */
function toText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? null : text;
  } catch {
    return null;
  }
}

/** Leaves no half of a character at the end. */
function cut(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, "");
}
