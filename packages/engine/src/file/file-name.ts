/**
 * Cleans the name of a file for people and models: one line, no path, nothing that hides or reverses what is read. It
 * is only a label: bytes are kept under their hash, so no name can reach a place on the disk.
 */

/** In UTF-16 units. */
export const maxNameLength = 200;
const maxEndingLength = 20;
/** How much of the beginning and of the end is examined. */
const lookedAt = 1_000;

/**
 * Matches controls and characters without a shape (bidirectional marks, zero widths, tags), but not joiners, which
 * emoji and scripts need.
 */
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/**
 * Returns a name that is never empty and has at most 200 UTF-16 units. A longer one loses its middle, not its ending.
 */
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

/** Never cuts a character in half. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .toWellFormed()
    .replace(/\uFFFD$/, "");
}
