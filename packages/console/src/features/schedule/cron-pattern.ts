/**
 * Reads a cron pattern of five parts as numbers, for words and for the form's simple choices; cron-times.ts computes
 * when it is due. A pattern with signs that are not read here is shown as it is.
 */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Null means any. */
  readonly days: readonly number[] | null;
  readonly months: readonly number[];
  /** 0 is Sunday. Null means any. */
  readonly weekdays: readonly number[] | null;
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Returns null for an invalid pattern, or one that has no simple words. */
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
