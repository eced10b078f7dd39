import { expect, test } from "vitest";
import {
  absoluteTime,
  agoLabel,
  dayLabel,
  durationLabel,
  shortDay,
  shortMoment,
  shortTime,
  timeOfDay,
} from "./time.ts";

const evening = new Date(2026, 0, 31, 21, 5, 7);
const at = evening.toISOString();

test("the clock has 24 hours wherever a time is shown, whatever the browser's language is", () => {
  expect(timeOfDay(at)).toBe("21:05");
  expect(timeOfDay(new Date(2026, 0, 31, 0, 5).toISOString())).toBe("00:05");
  expect(shortTime(at, evening.getTime())).toBe("21:05");
  expect(absoluteTime(at)).toMatch(/21:05:07$/);
});

test("what took no measurable time took 0 ms, not a tenth of a second rounded down", () => {
  expect([0, -3, 0.4, 40, 400, 12_000, 185_000].map(durationLabel)).toEqual([
    "0 ms",
    "0 ms",
    "1 ms",
    "40 ms",
    "0.4 s",
    "12 s",
    "3 min 5 s",
  ]);
});

test("how long ago is one short word, and a date after a week; a clock that is ahead says now", () => {
  const ago = (minutes: number) => agoLabel(at, evening.getTime() + minutes * 60_000);
  expect([-5, 0, 1, 59, 60, 1439, 1440, 10_079].map(ago)).toEqual(["now", "now", "1m", "59m", "1h", "23h", "1d", "6d"]);
  expect(ago(10_080)).toBe(shortTime(at, evening.getTime() + 10_080 * 60_000));
});

test("a moment of another day has its date, a day of another year its year, and no day is empty", () => {
  const nextYear = new Date(2027, 0, 1, 9).getTime();
  expect(shortMoment(at, evening.getTime())).toBe("21:05");
  expect(shortMoment(at, nextYear)).toBe(`${shortTime(at, nextYear)}, 21:05`);
  expect(dayLabel(at, evening.getTime())).not.toContain("2026");
  expect(dayLabel(at, nextYear)).toContain("2026");
  expect(shortDay("2026-01-31")).toBe(shortTime(at, nextYear));
  expect(shortDay("")).toBe("");
});
