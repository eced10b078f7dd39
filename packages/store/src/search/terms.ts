/** Makes the terms that the indexes of transcripts hold. Raise the index's format with every change of what a word is. */
import { textWithFiles } from "@reef/engine/file/say-files";
import { textToWords, wordToTerms } from "@reef/protocol/words";
import { textToAttachments } from "../rows/file.ts";
import type { EntryRow } from "../tables.ts";

export const searchedKinds: readonly EntryRow["kind"][] = ["person", "bot", "session", "tool_result"];

/** In the order of the text, so that an index of phrases can be made of them. */
export function textToTerms(text: string): readonly string[] {
  const words = textToWords(text);
  return [...words, ...words.flatMap(({ parts }) => parts ?? [])].flatMap(wordToTerms);
}

/** Returns what of an entry is searched. */
export function entryToSearched({ text, attachments }: Pick<EntryRow, "text" | "attachments">): string {
  return textWithFiles({ text, ...textToAttachments(attachments) });
}
