/**
 * A cron pattern of five parts as numbers, and its times, for words, pictures and previews. The server reads patterns by
 * itself and has the last word; one with signs that are not read here is left to it.
 */
import { type WallTime, wallToUtcMs, type Zone } from "./zone-time.ts";

export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Null: any. */
  readonly days: readonly number[] | null;
  readonly months: readonly number[];
  /** 0 is Sunday. Null: any. */
  readonly weekdays: readonly number[] | null;
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const dayMs = 86_400_000;
/** The 29th of February comes once in eight years at the least. */
const searchedDays = 366 * 8;

/** Null when it is no pattern, or one that only the server reads. */
export function readCron(pattern: string): CronFields | null {
  const parts = pattern.trim().toLowerCase().split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = parts;
  if (parts.length !== 5) return null;
  const minutes = readField(minute, { from: 0, to: 59 });
  const hours = readField(hour, { from: 0, to: 23 });
  const days = readField(day, { from: 1, to: 31 });
  const months = readField(month, { from: 1, to: 12, names: monthNames });
  const weekdays = readField(weekday, { from: 0, to: 7, names: weekdayNames });
  if (!minutes || !hours || !days || !months || !weekdays) return null;
  return {
    minutes,
    hours,
    days: day === "*" ? null : days,
    months,
    weekdays: weekday === "*" ? null : sorted(weekdays.map((each) => each % 7)),
  };
}

/** Its times after `afterMs`, in order. */
export function* cronTimes(fields: CronFields, zone: Zone, afterMs: number): Generator<number, void> {
  const today = zone.wallOf(afterMs);
  const startMs = wallToUtcMs({ ...today, hour: 0, minute: 0 });
  let last = afterMs;
  for (let n = 0; n < searchedDays; n += 1) {
    const date = new Date(startMs + n * dayMs);
    if (!isDue(fields, date)) continue;
    const toMs = dayToMs(zone, date);
    for (const hour of fields.hours) {
      for (const minute of fields.minutes) {
        const ms = toMs(hour, minute);
        if (ms <= last) continue;
        last = ms;
        yield ms;
      }
    }
  }
}

/** Null when it is never due. */
export function nextCronTime(fields: CronFields, zone: Zone, afterMs: number): number | null {
  const { value } = cronTimes(fields, zone, afterMs).next();
  return value ?? null;
}

/** Where both a day and a weekday are named, either will do. */
function isDue({ days, months, weekdays }: CronFields, date: Date): boolean {
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  const isDay = days?.includes(date.getUTCDate());
  const isWeekday = weekdays?.includes(date.getUTCDay());
  return isDay === undefined ? (isWeekday ?? true) : isDay || (isWeekday ?? false);
}

/** Nearly every day has one offset from end to end; asking for it once keeps a pattern of minutes cheap. */
function dayToMs(zone: Zone, date: Date): (hour: number, minute: number) => number {
  const utcMs = date.getTime();
  const offset = zone.offsetMs(utcMs - dayMs);
  if (offset === zone.offsetMs(utcMs + 2 * dayMs)) {
    return (hour, minute) => utcMs + (hour * 60 + minute) * 60_000 - offset;
  }
  const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  return (hour, minute) => zone.msOf({ ...day, hour, minute } satisfies WallTime);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

function readField(text: string, range: Range): readonly number[] | null {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, body = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const ends = body === "*" ? [range.from, range.names === weekdayNames ? 6 : range.to] : readEnds(body, range);
    const [from, to = from] = ends ?? [];
    const by = step === undefined ? 1 : Number(step);
    // A single number with a step means different things to different readers.
    if (from === undefined || to === undefined || by < 1 || (step !== undefined && ends?.length === 1)) return null;
    if (from < range.from || to > range.to || from > to) return null;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return sorted(values);
}

function readEnds(body: string, { from, names }: Range): readonly number[] | null {
  const ends = body.split("-").map((word) => {
    if (/^\d{1,2}$/.test(word)) return Number(word);
    const at = names?.indexOf(word) ?? -1;
    return at < 0 ? Number.NaN : at + from;
  });
  return ends.length > 2 || ends.some(Number.isNaN) ? null : ends;
}

function sorted(values: Iterable<number>): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
