/**
 * Formats times for people: short beside a row, whole on hover. Dates follow the browser's language; the clock has 24
 * hours everywhere, like cron patterns and logs: a time reads the same on every screen, and fits in a narrow column.
 * Formatters are made once, because making them is slow.
 */

export const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayTime = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayParts = { weekday: "long", day: "numeric", month: "long" } as const;
const dayOfYear = new Intl.DateTimeFormat(undefined, dayParts);
const wholeDay = new Intl.DateTimeFormat(undefined, { ...dayParts, year: "numeric" });
const wholeTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

/** Formats `14:05` today, `3 Mar` before. */
export function shortTime(iso: string, nowMs: number): string {
  const ms = Date.parse(iso);
  return dayKey(ms) === dayKey(nowMs) ? clockTime.format(ms) : dayTime.format(ms);
}

/** Formats how long ago something was, for a narrow column: `now`, `6m`, `2h`, `3d`, then `3 Mar`. */
export function agoLabel(iso: string, nowMs: number): string {
  const ms = Date.parse(iso);
  const minutes = Math.floor((nowMs - ms) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h`;
  return minutes < 7 * 24 * 60 ? `${Math.floor(minutes / (24 * 60))}d` : dayTime.format(ms);
}

/** Formats `14:05` today, `3 Mar, 14:05` before. */
export function shortMoment(iso: string, nowMs: number): string {
  const [short, time] = [shortTime(iso, nowMs), timeOfDay(iso)];
  return short === time ? time : `${short}, ${time}`;
}

export function timeOfDay(iso: string): string {
  return clockTime.format(Date.parse(iso));
}

export function absoluteTime(iso: string): string {
  return wholeTime.format(Date.parse(iso));
}

/** Formats `Sunday 29 November`, with its year when that is another one. */
export function dayLabel(iso: string, nowMs: number): string {
  const date = new Date(iso);
  return (date.getFullYear() === new Date(nowMs).getFullYear() ? dayOfYear : wholeDay).format(date);
}

/** Formats a calendar day such as `2026-11-04` as `4 Nov`; empty if it is none. */
export function shortDay(day: string): string {
  const ms = Date.parse(`${day}T12:00`);
  return Number.isNaN(ms) ? "" : dayTime.format(ms);
}

/** Returns the same key for two times of one local day. */
export function dayKey(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** Formats `0 ms`, `40 ms`, `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationLabel(ms: number): string {
  if (ms < 95) return `${Math.ceil(Math.max(0, ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
