/**
 * Inserts a text file into a message: fenced, under its name, and never cut. A file that is not a text, or is too long
 * to read in a message, is attached instead.
 */

export const maxTextBytes = 256 * 1024;

export type FileText =
  | { readonly state: "text"; readonly text: string }
  | { readonly state: "attach" }
  | { readonly state: "unreadable" };

/** Never read as text, whatever their bytes contain. */
const neverText = /^(image\/(?!svg)|audio\/|video\/|application\/(pdf|zip))/;

/** Reads one file that was pasted, dropped or picked. */
export async function readFileText(file: Pick<File, "name" | "size" | "type" | "arrayBuffer">): Promise<FileText> {
  if (file.size > maxTextBytes || neverText.test(file.type)) return { state: "attach" };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { state: "unreadable" };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // An empty file has no text for the message; as an attachment, it is refused as empty.
    return text === "" || text.includes("\0")
      ? { state: "attach" }
      : { state: "text", text: fenceFile(file.name, text) };
  } catch {
    return { state: "attach" };
  }
}

/** Makes the fence longer than any run of backticks inside, so that the file cannot end it. */
export function fenceFile(name: string, text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  const language = /\.(\w{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return `${name.replace(/[\r\n]+/g, " ")}:\n${fence}${language}\n${text.replace(/\r\n?/g, "\n").replace(/\n$/, "")}\n${fence}\n`;
}

/** Inserts a block at the caret, on lines of its own. */
export function insertBlock(
  text: string,
  { at, block }: { readonly at: number; readonly block: string },
): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, at);
  const head = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return { text: head + block + text.slice(at), caret: head.length + block.length };
}
