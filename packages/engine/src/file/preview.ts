/** Shortens a text for lists: its first words, or the names of the files that came instead of words. */
import type { FileRef } from "@reef/protocol/file";
import { textOrFiles } from "./say-files.ts";

const previewLength = 200;

export function previewText(said: {
  readonly text: string;
  readonly attachments?: readonly Pick<FileRef, "name">[] | undefined;
}): string {
  const { text, attachments = [] } = said;
  const whole = textOrFiles({ text, attachments });
  if (whole.length <= previewLength) return whole;
  // Never cuts a character in half.
  return whole
    .slice(0, previewLength)
    .toWellFormed()
    .replace(/\uFFFD$/, "");
}
