/**
 * Writes NUL characters, which Postgres refuses in text, as pairs that begin with a character Unicode will never
 * assign. That character itself is written as a pair too, so every text comes back as it was.
 */
const mark = "\uFDD0";
const nul = "\u0000";
const nulAsPair = `${mark}0`;
const markAsPair = `${mark}1`;

export function encodeText(text: string): string {
  if (!text.includes(nul) && !text.includes(mark)) return text;
  return text.replaceAll(mark, markAsPair).replaceAll(nul, nulAsPair);
}

export function decodeText(text: string): string {
  if (!text.includes(mark)) return text;
  return text.replaceAll(nulAsPair, nul).replaceAll(markAsPair, mark);
}
