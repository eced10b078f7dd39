/** What a filter in the console asks of a text. */
import { foldText } from "@reef/protocol/fold-text";

/** Every word of the question stands somewhere in the text, in any order. */
export function holdsWords(text: string, question: string): boolean {
  const words = foldText(question).split(/\s+/);
  const folded = foldText(text);
  return words.every((word) => folded.includes(word));
}
