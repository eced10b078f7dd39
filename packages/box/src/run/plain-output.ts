/**
 * Turns what a command printed into plain text for a model: no colours, no cursor movements, no other control
 * characters; of a line that was drawn over again, such as a progress bar, its last state.
 */
import { stripVTControlCharacters } from "node:util";

const esc = "\u001b";
const bel = "\u0007";
const st = "\u009c";

/** What a terminal obeys as a string of its own (titles, links, images), also when its end is missing. */
const strings = new RegExp(
  `(?:${esc}[P\\]X^_]|[\u0090\u0098\u009d-\u009f])[^${bel}${esc}${st}\n]*(?:${bel}|${esc}\\\\|${st})?`,
  "g",
);
/** All but the line break and the tab. */
const controls = /[^\P{Cc}\n\t]/gu;

export function plainOutput(text: string): string {
  const noStrings = text.replaceAll(strings, "");
  return stripVTControlCharacters(noStrings)
    .split("\n")
    .map((line) => lastDrawn(line).replaceAll(controls, ""))
    .join("\n");
}

/** After a carriage return a line begins again. One at its end belongs to the line break. */
function lastDrawn(line: string): string {
  const kept = line.replace(/\r+$/, "");
  return kept.slice(kept.lastIndexOf("\r") + 1);
}

/** Returns whether the text has anything that only a terminal shows. */
export function hasEscapes(text: string): boolean {
  return text.includes("\u001b") || text.includes("\u009b");
}
