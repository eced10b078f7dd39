/** Describes when a schedule runs, as people say it. A pattern without simple words is shown as it is. */
import type { ScheduleTiming } from "@reef/protocol/schedule";
import { countOf } from "../../ui/count.ts";
import { readCron } from "./cron-pattern.ts";
import { clockText, type Zone } from "./zone-time.ts";

export interface TimingWords {
  readonly text: string;
  /** The zone of the clock; null where that does not matter. */
  readonly timeZone: string | null;
  /** True if the words are the pattern itself. */
  readonly isPattern: boolean;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `zone` is the reader's own. */
export function timingWords(timing: ScheduleTiming, { nowMs, zone }: Reader): TimingWords {
  switch (timing.kind) {
    case "at":
      return { text: `once, ${dateWords(Date.parse(timing.at), { nowMs, zone })}`, timeZone: null, isPattern: false };
    case "every":
      return { text: everyWords(timing.seconds), timeZone: null, isPattern: false };
    case "cron": {
      const { pattern, timeZone } = timing;
      const words = cronWords(pattern);
      if (words === null) return { text: pattern, timeZone, isPattern: true };
      return { text: words.text, timeZone: words.hasTime ? timeZone : null, isPattern: false };
    }
  }
}

export interface Reader {
  readonly nowMs: number;
  readonly zone: Zone;
}

/** Formats `every minute`, `every 10 minutes`, `every 2 days`, `every 90 seconds`. */
function everyWords(seconds: number): string {
  const [noun, size] = units.find(([, each]) => seconds % each === 0) ?? ["second", 1];
  return seconds === size ? `every ${noun}` : `every ${countOf(seconds / size, noun)}`;
}

/** Formats `today 14:05`, `tomorrow 09:00`, `Fri 4 Dec 09:00`. */
export function momentWords(ms: number, { nowMs, zone }: Reader): string {
  const at = zone.wallOf(ms);
  const near = ["yesterday", "today", "tomorrow"][dayNumber(ms, zone) - dayNumber(nowMs, zone) + 1];
  return near ? `${near} ${clockText(at.hour, at.minute)}` : dateWords(ms, { nowMs, zone });
}

/** Formats `in 3 h 20 min`, `in 12 min`, `12 min ago`; under a minute, `in under a minute` or `just now`. */
export function relativeWords(ms: number, nowMs: number): string {
  const minutes = Math.floor(Math.abs(ms - nowMs) / 60_000);
  if (minutes === 0) return ms >= nowMs ? "in under a minute" : "just now";
  const hours = Math.floor(minutes / 60);
  const words =
    hours < 1
      ? `${minutes} min`
      : hours < 24
        ? `${hours} h${minutes % 60 > 0 && ms >= nowMs ? ` ${minutes % 60} min` : ""}`
        : countOf(Math.floor(hours / 24), "day");
  return ms >= nowMs ? `in ${words}` : `${words} ago`;
}

/** Formats `every day`, `Monday to Friday`, `every Monday`, `Monday, Wednesday and Friday`. */
function weekdayWords(days: readonly number[]): string {
  const key = days.join("");
  if (days.length === 7) return "every day";
  if (key === "12345") return "Monday to Friday";
  if (key === "06") return "Saturday and Sunday";
  // The week begins on Monday.
  const names = [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((day) => weekdays[day] ?? "");
  return names.length === 1 ? `every ${names[0]}` : listWords(names);
}

function dateWords(ms: number, { nowMs, zone }: Reader): string {
  const { year, month, day, hour, minute } = zone.wallOf(ms);
  const weekday = (weekdays[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? "").slice(0, 3);
  const ofYear = year === zone.wallOf(nowMs).year ? "" : ` ${year}`;
  return `${weekday} ${day} ${months[month - 1]}${ofYear} ${clockText(hour, minute)}`;
}

function cronWords(pattern: string): { readonly text: string; readonly hasTime: boolean } | null {
  const fields = readCron(pattern);
  if (fields?.months.length !== 12) return null;
  const { minutes, hours, days, weekdays: week } = fields;
  const isAnyDay = days === null && week === null;
  if (isAnyDay && hours.length === 24) {
    const step = stepOf(minutes, 60);
    if (step !== null) return { text: everyWords(step * 60), hasTime: false };
    return minutes.length === 1
      ? { text: `every hour at :${clockText(0, minutes[0] ?? 0).slice(3)}`, hasTime: false }
      : null;
  }
  if (minutes.length !== 1) return null;
  const hourStep = stepOf(hours, 24);
  if (isAnyDay && minutes[0] === 0 && hourStep !== null && hours.length > 1) {
    return { text: everyWords(hourStep * 3600), hasTime: true };
  }
  if (hours.length > 3) return null;
  const times = listWords(hours.map((hour) => clockText(hour, minutes[0] ?? 0)));
  if (days === null) return { text: `${weekdayWords(week ?? [0, 1, 2, 3, 4, 5, 6])} at ${times}`, hasTime: true };
  if (week !== null || days.length > 3) return null;
  return { text: `on day ${listWords(days.map(String))} of every month at ${times}`, hasTime: true };
}

/** Returns 10 for 0, 10, 20 … of 60; null when the steps are not even around the clock. */
function stepOf(values: readonly number[], whole: number): number | null {
  const step = whole / values.length;
  return Number.isInteger(step) && values.every((value, at) => value === at * step) ? step : null;
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function dayNumber(ms: number, zone: Zone): number {
  return Math.floor((ms + zone.offsetMs(ms)) / 86_400_000);
}
