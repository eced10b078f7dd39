import { expect, test } from "vitest";
import { isQuiet } from "./quiet-hours.ts";

const at = (time: string) => new Date(`2026-03-04T${time}:00`).getTime();
const quietAt = (from: string, to: string, times: readonly string[]) =>
  times.filter((time) => isQuiet({ from, to }, at(time)));

test("quiet hours over midnight hold in the evening and in the morning", () => {
  expect(quietAt("22:00", "07:00", ["21:59", "22:00", "23:30", "00:00", "06:59", "07:00", "12:00"])).toEqual([
    "22:00",
    "23:30",
    "00:00",
    "06:59",
  ]);
});

test("quiet hours within a day hold between their ends, and none at all never", () => {
  expect(quietAt("12:00", "13:30", ["11:59", "12:00", "13:29", "13:30"])).toEqual(["12:00", "13:29"]);
  expect(quietAt("12:00", "12:00", ["11:59", "12:00", "12:01"])).toEqual([]);
  expect(isQuiet(null, at("03:00"))).toBe(false);
});
