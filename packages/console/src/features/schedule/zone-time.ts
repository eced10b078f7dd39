/**
 * Converts wall times of a time zone and back. A zone is made once for many answers, because making a formatter is
 * slow.
 */

export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

export interface Zone {
  readonly name: string;
  /** Added to UTC, it gives the wall time. */
  offsetMs(ms: number): number;
  wallOf(ms: number): WallTime;
  /**
   * A wall time that occurs twice gives the first; one that a change of clocks skips gives the moment right after the
   * change.
   */
  msOf(wall: WallTime): number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Clocks change only on a quarter. */
const quarterMs = 15 * minuteMs;

/** Throws a `RangeError` for an unknown time zone. */
export function createZone(name: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const wallOf = (ms: number): WallTime => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
    return { year, month, day, hour, minute };
  };
  const offsetMs = (ms: number): number => wallToUtcMs(wallOf(ms)) - Math.floor(ms / minuteMs) * minuteMs;
  return {
    name,
    offsetMs,
    wallOf,
    msOf(wall) {
      const utcMs = wallToUtcMs(wall);
      const [before, after] = [offsetMs(utcMs - dayMs), offsetMs(utcMs + dayMs)];
      for (const offset of [before, after]) if (offsetMs(utcMs - offset) === offset) return utcMs - offset;
      let ms = Math.floor((utcMs - after) / quarterMs) * quarterMs;
      while (offsetMs(ms) !== after) ms += quarterMs;
      return ms;
    },
  };
}

/** Returns null for an unknown time zone. */
export function findZone(name: string): Zone | null {
  try {
    return createZone(name);
  } catch {
    return null;
  }
}

export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Treats the wall time as UTC. */
function wallToUtcMs({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** Formats `2026-12-04T09:00`, as a date and time field has it. */
export function wallToText({ year, month, day, hour, minute }: WallTime): string {
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** Returns null for an invalid wall time. */
export function textToWall(text: string): WallTime | null {
  const [, ...parts] = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text) ?? [];
  const [year, month, day, hour, minute] = parts.map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  return hour === undefined || minute === undefined ? null : { year, month, day, hour, minute };
}

/** Formats `09:05`. */
export function clockText(hour: number, minute: number): string {
  return `${two(hour)}:${two(minute)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
