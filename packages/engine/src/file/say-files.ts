/** Files in words: where pictures cannot be shown, and where a line has room for text only. */
import type { FileRef } from "@reef/protocol/file";

/** `[Attached file: “plan.pdf”]`; empty without files. Names are one line and hold no control characters. */
function sayFiles(files: readonly Pick<FileRef, "name">[] = []): string {
  if (files.length === 0) return "";
  const names = files.map(({ name }) => `“${name}”`).join(", ");
  return `[Attached file${files.length === 1 ? "" : "s"}: ${names}]`;
}

/** The text, or what came in place of one. */
export function textOrFiles({
  text,
  attachments = [],
}: {
  readonly text: string;
  readonly attachments?: readonly Pick<FileRef, "name">[];
}): string {
  return text === "" ? sayFiles(attachments) : text;
}

/** The text, and below it the files that came with it. */
export function textWithFiles({
  text,
  attachments = [],
}: {
  readonly text: string;
  readonly attachments?: readonly Pick<FileRef, "name">[];
}): string {
  return [text, sayFiles(attachments)].filter((part) => part !== "").join("\n\n");
}
