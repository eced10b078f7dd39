/** Matches a text against the filters of the console. */
import { foldText } from "@reef/protocol/fold-text";

/** True if every word of the question is somewhere in the text, in any order. */
export function holdsWords(text: string, question: string): boolean {
  const words = foldText(question).split(/\s+/);
  const folded = foldText(text);
  return words.every((word) => folded.includes(word));
}
