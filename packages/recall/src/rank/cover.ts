/**
 * Computes how much of the question a row fills together with the lines beside it, which count less the farther they
 * are. It runs for every candidate, slot and line, so it is one pass over plain arrays that skips lines without a word
 * of the question.
 */
import type { RowMatch, WeighedSlot } from "./match.ts";

export interface Cover {
  /** Sums of how telling the filled slots are: by the row; with lines up to 2, and up to 4 away. */
  readonly own: number;
  readonly near: number;
  readonly around: number;
  /** The same for related words, for slots that the row does not fill itself: in the row; with lines up to 2 away. */
  readonly related: number;
  readonly relatedNear: number;
  /** True when the row or a line up to 2 away fills a slot that is a name. */
  readonly hasName: boolean;
}

/** The factor by which each line of distance reduces a line's weight. */
const lineDecay = 0.75;
const nearLines = 2;
const aroundLines = 4;

export function coverOf(
  {
    match,
    before,
    after,
  }: { readonly match: RowMatch; readonly before: readonly RowMatch[]; readonly after: readonly RowMatch[] },
  slots: readonly WeighedSlot[],
): Cover {
  const lines: RowMatch[] = [];
  const decays: number[] = [];
  for (const side of [before, after]) {
    for (let i = 0; i < aroundLines && i < side.length; i++) {
      const line = side[i];
      if (line === undefined || !line.hasWords) continue;
      lines.push(line);
      decays.push(lineDecay ** (i + 1));
    }
  }
  const leastNear = lineDecay ** nearLines;
  const sums = { own: 0, near: 0, around: 0, related: 0, relatedNear: 0, hasName: false };
  for (let slot = 0; slot < slots.length; slot++) {
    const telling = slots[slot]?.telling ?? 0;
    const own = match.filled[slot] ?? 0;
    let near = own;
    let around = own;
    let related = own > 0 ? 0 : (match.related[slot] ?? 0);
    sums.own += telling * Math.min(1, own);
    sums.related += telling * related;
    for (let i = 0; i < lines.length; i++) {
      const decay = decays[i] ?? 0;
      const filled = (lines[i]?.filled[slot] ?? 0) * decay;
      if (filled > around) around = filled;
      if (decay < leastNear) continue;
      if (filled > near) near = filled;
      const other = (lines[i]?.related[slot] ?? 0) * decay;
      if (own === 0 && other > related) related = other;
    }
    sums.near += telling * Math.min(1, near);
    sums.around += telling * Math.min(1, around);
    sums.relatedNear += telling * Math.min(1, related);
    if (near > 0 && slots[slot]?.capital === true) sums.hasName = true;
  }
  return sums;
}
