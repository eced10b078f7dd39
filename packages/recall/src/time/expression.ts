/**
 * Reads words about time: what a question means by "last week", "in March 2024", "two months ago" or "on 5 May", as a
 * span of time. Relative words count from `now`; a month or day without a year is the newest one that the memories
 * reach, so that "in March" still means something when they end in April two years ago. Days are UTC's.
 */
import { monthNames, monthOf, weekdayOf } from "./calendar.ts";

export interface TimeSpan {
  /** As written in the question. */
  readonly text: string;
  /** Milliseconds; `to` is not included. */
  readonly from: number;
  readonly to: number;
}

const dayMs = 86_400_000;
const months = monthNames.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join("|");
const weekdays =
  "sun(?:day)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?";
const counts = "a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\d{1,3}|a couple of|a few";
const units = "day|week|weekend|fortnight|month|year";

const numberByWord: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  "a couple of": 2,
  "a few": 3,
};

type Span = Pick<TimeSpan, "from" | "to">;

/** The question's `now`, and the newest time that the memories reach. */
export interface TimeAnchor {
  readonly now: number;
  readonly newest: number;
}

type Reader = (match: RegExpExecArray, anchor: TimeAnchor) => Span;

const readers: readonly (readonly [RegExp, Reader])[] = [
  [/\b(\d{4})-(\d{2})-(\d{2})\b/, ([, year, month, day]) => daySpan(Number(year), Number(month) - 1, Number(day))],
  [
    new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${months})\\b\\.?(?:,? (\\d{4}))?`, "i"),
    ([, day, month, year], { newest }) => dated(month, day, year, newest),
  ],
  [
    new RegExp(`\\b(${months})\\b\\.? (\\d{1,2})(?:st|nd|rd|th)?\\b(?:,? (\\d{4}))?`, "i"),
    ([, month, day, year], { newest }) => dated(month, day, year, newest),
  ],
  [
    new RegExp(`\\b(${months})\\b\\.?,? (\\d{4})\\b`, "i"),
    ([, month, year]) => monthSpan(Number(year), monthOf(month)),
  ],
  [/\b(?:today|tonight|this morning|this evening)\b/i, (_, { now }) => days(now, 0, 1)],
  [/\b(?:yesterday|last night)\b/i, (_, { now }) => days(now, -1, 1)],
  [/\bthe day before yesterday\b/i, (_, { now }) => days(now, -2, 1)],
  [
    new RegExp(`\\b(${counts}) (${units})s? (?:ago|back|earlier)\\b`, "i"),
    ([, count, unit], { now }) => ago(count, unit, now),
  ],
  [
    new RegExp(`\\b(?:in|over|during|within) the (?:last|past) (?:(${counts}) )?(${units})s?\\b`, "i"),
    ([, count, unit], { now }) => past(count ?? "one", unit, now),
  ],
  [new RegExp(`\\b(?:last|previous|past) (${units})\\b`, "i"), ([, unit], { now }) => calendar(unit, -1, now)],
  [new RegExp(`\\bthis (${units})\\b`, "i"), ([, unit], { now }) => calendar(unit, 0, now)],
  [
    new RegExp(`\\b(?:last|on|this past) (${weekdays})\\b`, "i"),
    ([, name], { now }) => days(now, -((new Date(now).getUTCDay() - weekdayOf(name) + 6) % 7) - 1, 1),
  ],
  [
    new RegExp(`\\b(?:in|during|last|since|of|early|late|mid) (${months})\\b`, "i"),
    ([, month], { newest }) => newestMonth(monthOf(month), newest),
  ],
  [
    /\b(?:in |during |last |this )?(?:the )?(spring|summer|autumn|fall|winter)(?: of)? (\d{4})\b/i,
    ([, name, year]) => season(name, Number(year)),
  ],
  [
    /\b(?:in|during|of|since|year) ((?:19|20)\d{2})\b/i,
    ([, year]) => span(Date.UTC(Number(year), 0), Date.UTC(Number(year) + 1, 0)),
  ],
];

/** Returns the first expression of time in a question, the most exact kind first; null when it has none. */
export function readTime(text: string, anchor: TimeAnchor): TimeSpan | null {
  for (const [pattern, read] of readers) {
    const match = pattern.exec(text);
    const found = match && read(match, anchor);
    if (match && found && Number.isFinite(found.from) && found.to > found.from) return { text: match[0], ...found };
  }
  return null;
}

const timeWords = new RegExp(
  `\\b(?:yesterday|today|tonight|tomorrow|last|ago|next|weeks?|weekends?|months?|years?|${weekdays}|${months}|recently|since|morning|evening|nights?|hours?|minutes?|days?|soon|season|summer|winter|spring|autumn|(?:19|20)\\d\\d|\\d{1,2}(?:st|nd|rd|th)|birthday|anniversary)\\b`,
  "i",
);

/** True when a text mentions a time. */
export function hasTimeWords(text: string): boolean {
  return timeWords.test(text.replace(/\b[Mm]ay (?=[a-z])/g, ""));
}

function span(from: number, to: number): Span {
  return { from, to };
}

function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

function days(now: number, offset: number, length: number): Span {
  const from = startOfDay(now) + offset * dayMs;
  return span(from, from + length * dayMs);
}

function daySpan(year: number, month: number, day: number): Span {
  const from = Date.UTC(year, month, day);
  return span(from, from + dayMs);
}

function monthSpan(year: number, month: number): Span {
  return span(Date.UTC(year, month), Date.UTC(year, month + 1));
}

function newestMonth(month: number, now: number): Span {
  const date = new Date(now);
  return monthSpan(date.getUTCFullYear() - (month > date.getUTCMonth() ? 1 : 0), month);
}

function dated(month: string | undefined, day: string | undefined, year: string | undefined, now: number) {
  if (year !== undefined) return daySpan(Number(year), monthOf(month), Number(day));
  const thisYear = new Date(now).getUTCFullYear();
  const isAhead = Date.UTC(thisYear, monthOf(month), Number(day)) > now;
  return daySpan(thisYear - (isAhead ? 1 : 0), monthOf(month), Number(day));
}

function lengthMs(unit: string): number {
  const byUnit: Readonly<Record<string, number>> = { day: 1, weekend: 7, week: 7, fortnight: 14, month: 30, year: 365 };
  return (byUnit[unit.toLowerCase()] ?? 1) * dayMs;
}

function countOf(word: string): number {
  return numberByWord[word.toLowerCase()] ?? Number(word);
}

/** "Two weeks ago" is that day, with a third of the unit on both sides: people round. */
function ago(count: string | undefined, unit: string | undefined, now: number) {
  const length = lengthMs(unit ?? "day");
  const middle = startOfDay(now) - countOf(count ?? "one") * length;
  const slack = length === dayMs ? 0 : Math.floor(length / 2 / dayMs) * dayMs;
  return span(middle - slack, middle + slack + dayMs);
}

function past(count: string | undefined, unit: string | undefined, now: number) {
  return span(startOfDay(now) - countOf(count ?? "one") * lengthMs(unit ?? "day"), startOfDay(now) + dayMs);
}

/** Returns the calendar's week, month or year; weeks begin on Monday. */
function calendar(unit: string | undefined, offset: number, now: number) {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const monday = startOfDay(now) - ((date.getUTCDay() + 6) % 7) * dayMs;
  switch (unit?.toLowerCase()) {
    case "year":
      return span(Date.UTC(year + offset, 0), Date.UTC(year + offset + 1, 0));
    case "month":
      return span(Date.UTC(year, date.getUTCMonth() + offset), Date.UTC(year, date.getUTCMonth() + offset + 1));
    case "week":
      return span(monday + offset * 7 * dayMs, monday + (offset + 1) * 7 * dayMs);
    case "weekend":
      return span(monday + (offset * 7 + 5) * dayMs, monday + (offset * 7 + 7) * dayMs);
    default:
      return days(now, offset, 1);
  }
}

function season(name: string | undefined, year: number) {
  const first = { spring: 2, summer: 5, autumn: 8, fall: 8, winter: 11 }[name?.toLowerCase() ?? ""] ?? 0;
  return span(Date.UTC(year, first), Date.UTC(year, first + 3));
}
