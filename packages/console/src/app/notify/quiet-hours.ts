/**
 * Keeps the hours in which this browser shows no notifications outside the page. What waits is visible there, and on
 * the tab's icon.
 */
import { readStored, writeStored } from "../../ui/storage.ts";

export interface QuietHours {
  /** Local times, `22:00`. A start later than the end begins the evening before. */
  readonly from: string;
  readonly to: string;
}

export const usualQuietHours: QuietHours = { from: "22:00", to: "07:00" };

/** Returns null when no quiet hours are set. */
export function readQuietHours(): QuietHours | null {
  const [from, to] = (readStored("quiet") ?? "").split("-");
  return isTime(from) && isTime(to) ? { from, to } : null;
}

export function writeQuietHours(hours: QuietHours | null): void {
  writeStored("quiet", hours && isTime(hours.from) && isTime(hours.to) ? `${hours.from}-${hours.to}` : null);
}

export function isQuiet(hours: QuietHours | null, nowMs: number): boolean {
  if (hours === null || hours.from === hours.to) return false;
  const now = new Date(nowMs);
  const time = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  const { from, to } = hours;
  return from < to ? time >= from && time < to : time >= from || time < to;
}

function isTime(text: string | undefined): text is string {
  return text !== undefined && /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}
