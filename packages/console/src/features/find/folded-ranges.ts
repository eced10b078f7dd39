/** Finds a folded question in a text as it is written: folding changes lengths, so positions are mapped back. */
import { foldText } from "@reef/protocol/fold-text";

/** A letter with the marks and invisible characters behind it, which fold as one. */
const letters = /[\s\S][\p{M}\p{Cf}]*/gu;

export function foldedRanges(text: string, folded: string): readonly (readonly [from: number, to: number])[] {
  if (folded === "" || !foldText(text).includes(folded)) return [];
  const places: number[] = [];
  let whole = "";
  for (const { 0: letter, index } of text.matchAll(letters)) {
    const part = foldText(letter);
    for (let unit = 0; unit < part.length; unit++) places.push(index);
    whole += part;
  }
  places.push(text.length);
  const ranges: (readonly [number, number])[] = [];
  for (let at = whole.indexOf(folded); at >= 0; at = whole.indexOf(folded, at + folded.length)) {
    const from = places[at] ?? 0;
    const last = places[at + folded.length - 1] ?? from;
    ranges.push([from, places.find((place, unit) => unit >= at + folded.length && place > last) ?? text.length]);
  }
  return ranges;
}
