/** A text file as a part of a message: fenced, under its name, and never cut: a file that is too long is refused whole. */

export const maxFileBytes = 256 * 1024;

export type FileText =
  | { readonly state: "text"; readonly text: string }
  | { readonly state: "refused"; readonly reason: string };

/** Reads one file that was pasted or dropped. */
export async function readFileText(file: Pick<File, "name" | "size" | "arrayBuffer">): Promise<FileText> {
  if (file.size > maxFileBytes) {
    const size = `${Math.ceil(file.size / 1024).toLocaleString()} KB`;
    return {
      state: "refused",
      reason: `${file.name} has ${size}; at most ${maxFileBytes / 1024} KB fit into a message`,
    };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    if (text.includes("\0")) throw new TypeError("not text");
    return { state: "text", text: fenceFile(file.name, text) };
  } catch {
    return { state: "refused", reason: `${file.name} is no text file` };
  }
}

/** The fence is longer than any run of backticks inside, so that the file cannot end it. */
export function fenceFile(name: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const language = /\.(\w{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return `${name.replace(/[\r\n]+/g, " ")}:\n${fence}${language}\n${text.replace(/\r\n?/g, "\n").replace(/\n$/, "")}\n${fence}\n`;
}

/** A text with another put in at the caret, on lines of its own. */
export function insertBlock(
  text: string,
  { at, block }: { readonly at: number; readonly block: string },
): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, at);
  const head = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return { text: head + block + text.slice(at), caret: head.length + block.length };
}
