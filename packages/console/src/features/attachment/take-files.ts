/** Decides about added files: short texts go into the message, everything else is attached. */
import { maxAttachments } from "@reef/protocol/file-limits";
import type { SessionId } from "@reef/protocol/ids";
import type { Attachments } from "../../data/attachments.ts";
import { readFileText } from "../composer/file-text.ts";
import { addFiles } from "./upload-all.ts";

export interface Taken {
  /** Texts to be put into the message; empty if there are none. */
  readonly block: string;
  /** What to tell the person: what was left out, and why. */
  readonly refused: readonly string[];
}

export async function takeFiles(
  attachments: Attachments,
  sessionId: SessionId,
  given: readonly File[],
): Promise<Taken> {
  const parts = await Promise.all(given.map(async (file) => ({ file, part: await readFileText(file) })));
  const block = parts.flatMap(({ part }) => (part.state === "text" ? [part.text] : [])).join("\n");
  const refused = parts.flatMap(({ file, part }) =>
    part.state === "unreadable" ? [`Couldn't read ${file.name}. Folders can't be attached.`] : [],
  );
  const files = parts.flatMap(({ file, part }) => (part.state === "attach" ? [file] : []));
  const left = addFiles(attachments, sessionId, files);
  if (left > 0) {
    const words = left === 1 ? "1 file was" : `${left} files were`;
    refused.push(`A message can have ${maxAttachments} files. ${words} left out.`);
  }
  return { block, refused };
}
