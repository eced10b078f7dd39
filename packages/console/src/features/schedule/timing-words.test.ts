import type { ScheduleTiming } from "@reef/protocol/schedule";
import { expect, test } from "vitest";
import { momentWords, relativeWords, timingWords } from "./timing-words.ts";
import { createZone } from "./zone-time.ts";

const nowMs = Date.parse("2026-11-27T12:00:00.000Z");
const reader = { nowMs, zone: createZone("Europe/Berlin") };
const words = (timing: ScheduleTiming) => {
  const { text, timeZone } = timingWords(timing, reader);
  return timeZone === null ? text : `${text}, ${timeZone}`;
};
const cron = (pattern: string, timeZone = "Europe/Berlin"): ScheduleTiming => ({ kind: "cron", pattern, timeZone });

test("one time and intervals are said in words", () => {
  expect(words({ kind: "at", at: "2026-12-04T08:00:00.000Z" })).toBe("once, Fri 4 Dec 09:00");
  expect(words({ kind: "at", at: "2027-01-01T08:00:00.000Z" })).toBe("once, Fri 1 Jan 2027 09:00");
  const every = [60, 600, 3600, 7200, 86_400, 259_200, 90].map((seconds) => words({ kind: "every", seconds }));
  expect(every).toEqual([
    "every minute",
    "every 10 minutes",
    "every hour",
    "every 2 hours",
    "every day",
    "every 3 days",
    "every 90 seconds",
  ]);
});

test("patterns that people would say are said, with the zone where it matters", () => {
  expect(words(cron("0 9 * * *"))).toBe("every day at 09:00, Europe/Berlin");
  expect(words(cron("30 7,19 * * MON-FRI", "UTC"))).toBe("Monday to Friday at 07:30 and 19:30, UTC");
  expect(words(cron("0 9 * * 0,6"))).toBe("Saturday and Sunday at 09:00, Europe/Berlin");
  expect(words(cron("0 9 * * 7"))).toBe("every Sunday at 09:00, Europe/Berlin");
  expect(words(cron("0 9 * * 0,1,3"))).toBe("Monday, Wednesday and Sunday at 09:00, Europe/Berlin");
  expect(words(cron("0 8 1,15 * *"))).toBe("on day 1 and 15 of every month at 08:00, Europe/Berlin");
  expect(words(cron("*/10 * * * *"))).toBe("every 10 minutes");
  expect(words(cron("15 * * * *"))).toBe("every hour at :15");
  expect(words(cron("0 */6 * * *"))).toBe("every 6 hours, Europe/Berlin");
});

test("a pattern without simple words is shown itself", () => {
  for (const pattern of ["*/7 * * * *", "0 9 L * *", "0 9 1 1 *", "0 9 1 * 1", "5 4-20/3 * * *", "0 9 * * 1#2"]) {
    expect(timingWords(cron(pattern), reader)).toEqual({ text: pattern, timeZone: "Europe/Berlin", isPattern: true });
  }
});

test("a moment is named by its day, and how far it is", () => {
  const at = (text: string) => momentWords(Date.parse(text), reader);
  expect(at("2026-11-27T22:59:00.000Z")).toBe("today 23:59");
  expect(at("2026-11-27T23:00:00.000Z")).toBe("tomorrow 00:00");
  expect(at("2026-11-26T08:00:00.000Z")).toBe("yesterday 09:00");
  expect(at("2026-12-04T08:00:00.000Z")).toBe("Fri 4 Dec 09:00");
  const far = [30, 720, 12_000, 90_000, 300_000, -30, -720, -12_000].map((s) => relativeWords(nowMs + s * 1000, nowMs));
  expect(far).toEqual([
    "in under a minute",
    "in 12 min",
    "in 3 h 20 min",
    "in 1 day",
    "in 3 days",
    "just now",
    "12 min ago",
    "3 h ago",
  ]);
});
