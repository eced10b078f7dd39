/** Reads an answer that may name several options of a question, with line breaks, commas or semicolons between. */
import type { Ask } from "@reef/protocol/ask";

/**
 * Returns the options as they were offered, each once, and other words where the question accepts them; null if the
 * answer fits in no way.
 */
export function chosenOptions({ options, origin }: Pick<Ask, "options" | "origin">, answer: string): string[] | null {
  const optionOf = (words: string) =>
    options.find((option) => option.trim().toLowerCase() === words.trim().toLowerCase());
  for (const parts of [[answer], answer.split("\n"), answer.split(/[\n,;]/)]) {
    const given = parts.map((part) => part.trim()).filter((part) => part !== "");
    const found = given.map(optionOf).filter((option) => option !== undefined);
    if (found.length > 0 && found.length === given.length) return [...new Set(found)];
  }
  return origin?.ownWords === true || options.length === 0 ? [answer.trim()] : null;
}
