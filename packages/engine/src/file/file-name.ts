/**
 * The name of a file as people and models see it: one line, no path, nothing that hides or reverses what is read. It is a
 * label only: bytes are kept under their hash, so that no name can reach a place on the disk.
 */

/** In UTF-16 units. */
export const maxNameLength = 200;
const maxEndingLength = 20;
/** Of what is given, this much of its beginning and of its end is looked at. */
const lookedAt = 1_000;

/** Controls, and characters without a shape (bidirectional marks, zero widths, tags); joiners stay: emoji and scripts need them. */
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/** Never empty, at most 200 UTF-16 units. What is longer loses its middle, not its ending. */
export function cleanFileName(given: string, fallback: string): string {
  const bounded = given.length > 2 * lookedAt ? given.slice(0, lookedAt) + given.slice(-lookedAt) : given;
  const name = bounded
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Zs}\p{Zl}\p{Zp}\t\n\r]+/gu, " ")
    .replace(unseen, "")
    .split(/[/\\]/)
    .map((part) => part.replace(/^[\s\u200c\u200d]+|[\s.\u200c\u200d]+$/gu, ""))
    .findLast((part) => part !== "");
  return name === undefined ? fallback : shorten(name);
}

function shorten(name: string): string {
  if (name.length <= maxNameLength) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && name.length - dot <= maxEndingLength ? name.slice(dot) : "";
  return `${cut(name, maxNameLength - ending.length - 1)}…${ending}`;
}

/** Never half a character. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .toWellFormed()
    .replace(/\uFFFD$/, "");
}
