/** Reads months and days of the week by their English names, whole or cut to three letters and more. */

export const monthNames = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

const weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Returns 0 for January; -1 for no month. */
export function monthOf(name: string | undefined): number {
  return indexByStart(monthNames, name);
}

/** Returns 0 for Sunday; -1 for no day. */
export function weekdayOf(name: string | undefined): number {
  return indexByStart(weekdayNames, name);
}

function indexByStart(names: readonly string[], name: string | undefined): number {
  const start = name?.toLowerCase().slice(0, 3) ?? "";
  return start.length === 3 ? names.findIndex((full) => full.startsWith(start)) : -1;
}
