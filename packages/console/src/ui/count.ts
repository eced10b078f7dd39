/** Counts as people read them at a glance; the exact number belongs into the title. */

const exact = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

/** `950`, `12.3K`, `1.2M`. */
export function shortCount(count: number): string {
  return count < 10_000 ? exact.format(count) : short.format(count);
}

/** `1 turn`, `2 turns`. */
export function countOf(count: number, noun: string): string {
  return `${exact.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}
