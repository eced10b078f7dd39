/**
 * Takes the newest sentence of a text that is being written, for one line: it stays where it begins, and is cut at its end. A few
 * words do not say much, so the sentence before them stays with them.
 */
import { plainWords } from "./last-words.ts";

/** Only the end of a long text is read, in whole pieces: what is shown must not move with every letter. */
const piece = 400;
const fewLetters = 12;

/** Returns null while there is no word. */
export function newestSentence(text: string): string | null {
  const from = Math.max(0, Math.floor(text.length / piece) - 1) * piece;
  // A piece may begin within a word.
  const tail = from === 0 ? text : text.slice(from).replace(/^\S*\s/, "");
  const line = plainWords(tail.slice(tail.trimEnd().lastIndexOf("\n") + 1));
  const sentences = line.match(/(?:[^.!?]|[.!?]+(?=\S))+[.!?]*\s*/g) ?? [];
  const last = sentences.at(-1) ?? line;
  const shown = last.trim().length < fewLetters ? sentences.slice(-2).join("") : last;
  return shown.trim() || line || null;
}
