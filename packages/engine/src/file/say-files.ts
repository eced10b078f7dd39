/** Describes files in words, for places that cannot show pictures or have room for text only. */
import type { FileRef } from "@reef/protocol/file";

/**
 * Returns `[Attached file: “plan.pdf”]`, or nothing without files. Names are one line and hold no control characters.
 */
function sayFiles(files: readonly Pick<FileRef, "name">[] = []): string {
  if (files.length === 0) return "";
  const names = files.map(({ name }) => `“${name}”`).join(", ");
  return `[Attached file${files.length === 1 ? "" : "s"}: ${names}]`;
}

/** Returns the text, or the names of the files that came instead of one. */
export function textOrFiles({
  text,
  attachments = [],
}: {
  readonly text: string;
  readonly attachments?: readonly Pick<FileRef, "name">[];
}): string {
  return text === "" ? sayFiles(attachments) : text;
}

/** Returns the text followed by the files that came with it. */
export function textWithFiles({
  text,
  attachments = [],
}: {
  readonly text: string;
  readonly attachments?: readonly Pick<FileRef, "name">[];
}): string {
  return [text, sayFiles(attachments)].filter((part) => part !== "").join("\n\n");
}
