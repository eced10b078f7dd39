/**
 * Splits text into the words that every search compares, in transcripts and memories alike. Text is folded first.
 * Scripts without spaces become one run, which an index cuts into overlapping pairs of letters, so that part of a
 * sentence is found in it. A word holds no ASCII but letters and digits: nothing a person types can be an operator of a
 * full-text query.
 */
import { foldText, unseen } from "./fold-text.ts";

const withoutSpaces =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
/** Matches a word with its English ending, or a symbol; the two halves of a flag are one. */
const pieces = new RegExp(
  `[\\p{L}\\p{N}\\p{M}][\\p{L}\\p{N}\\p{M}${unseen}]*(?:(?<=\\p{L})['’](?:[sStTdDmM]|[rRvV][eE]|[lL][lL])\\b)?|\\p{Regional_Indicator}{1,2}|\\p{Extended_Pictographic}`,
  "gu",
);
const asciiPieces = /[A-Za-z0-9]+(?:(?<=[A-Za-z])'(?:[sStTdDmM]|[rRvV][eE]|[lL][lL])\b)?/g;
const unspaced = new RegExp(`[${withoutSpaces}]`, "u");
const runs = new RegExp(`[${withoutSpaces}\\p{M}ー\\uff70\\uff9e\\uff9f${unseen}]+|[^${withoutSpaces}]+`, "gu");
const notInWords = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}]/gu;
const ascii = /^[\0-\x7f]+$/;
const humps = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})/u;

const hasHump = /[\p{Ll}\p{N}]\p{Lu}|\p{Lu}{2}\p{Ll}{2}/u;

/** Longer words are cut: no one searches for the rest of an encoded blob. */
const maxWordLength = 40;

/** How much of a text is searched, in UTF-16 units. */
const searchedLength = 100_000;

export interface TextWord {
  /** For a script without spaces, a whole run that is not yet cut into pairs. */
  readonly text: string;
  readonly isUnspaced: boolean;
  /** Its position in the original. */
  readonly from: number;
  readonly to: number;
  /** "foo" and "bar" find "fooBar" too. */
  readonly parts?: readonly TextWord[];
}

/** Returns the words in the order of the text. */
export function textToWords(text: string): readonly TextWord[] {
  const words: TextWord[] = [];
  const searched = text.slice(0, searchedLength);
  const isAscii = ascii.test(searched);
  for (const { 0: found, index: from } of searched.matchAll(isAscii ? asciiPieces : pieces)) {
    const piece = withoutEnd(found);
    if (isAscii || ascii.test(piece) || !unspaced.test(piece)) {
      const folded = (isAscii ? piece.toLowerCase() : foldWord(piece)).slice(0, maxWordLength);
      if (folded === "") continue;
      const parts = partsOf(piece, from);
      const word = { text: folded, isUnspaced: false, from, to: from + piece.length };
      words.push(parts === null ? word : { ...word, parts });
      continue;
    }
    for (const run of piece.matchAll(runs)) {
      const isUnspaced = unspaced.test(run[0]);
      const folded = foldWord(run[0]);
      const kept = isUnspaced ? folded : folded.slice(0, maxWordLength);
      if (kept === "") continue;
      words.push({ text: kept, isUnspaced, from: from + run.index, to: from + run.index + run[0].length });
    }
  }
  return words;
}

/** Returns what an index stores for a word: the word, or its pairs in order and its last letter alone. */
export function wordToTerms({ text, isUnspaced }: Pick<TextWord, "text" | "isUnspaced">): readonly string[] {
  if (!isUnspaced) return [text];
  const letters = [...text];
  return letters.map((letter, at) => letter + (letters[at + 1] ?? ""));
}

export function foldWord(text: string): string {
  const folded = foldText(text);
  return ascii.test(folded) && /^[a-z0-9]*$/.test(folded) ? folded : folded.replace(notInWords, "");
}

function withoutEnd(piece: string): string {
  const end = piece.length - 3;
  for (let at = Math.max(1, end); at < piece.length - 1; at++) {
    if (piece[at] === "'" || piece[at] === "’") return piece.slice(0, at);
  }
  return piece;
}

function partsOf(piece: string, from: number): readonly TextWord[] | null {
  if (piece.length > maxWordLength || piece.length < 4 || !hasHump.test(piece)) return null;
  const parts: TextWord[] = [];
  let at = from;
  for (const part of piece.split(humps)) {
    const text = foldWord(part);
    if (text.length > 1) parts.push({ text, isUnspaced: false, from: at, to: at + part.length });
    at += part.length;
  }
  return parts.length > 1 || parts[0]?.to !== at || parts[0].from !== from ? parts : null;
}
