/** Formats counts for a glance; the exact number belongs in the title. */

const exact = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

/** Formats `950`, `12.3K`, `1.2M`. */
export function shortCount(count: number): string {
  return count < 10_000 ? exact.format(count) : short.format(count);
}

/** Formats `1 turn`, `2 turns`. */
export function countOf(count: number, noun: string): string {
  return `${exact.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}
