import { expect, test } from "vitest";
import { readCronTimes } from "./cron-times.ts";

test("what comes twice when clocks go back is due twice, as the server sends it", () => {
  const times = readCronTimes("*/30 * * * *", "Europe/Berlin");
  const found: string[] = [];
  for (let ms = Date.UTC(2026, 9, 24, 23, 45); found.length < 5; ) {
    ms = times?.after(ms) ?? Number.NaN;
    found.push(new Date(ms).toISOString().slice(11, 16));
  }
  expect(found).toEqual(["00:00", "00:30", "01:00", "01:30", "02:00"]);
});

test("a pattern or a zone that is none has no times, one that is never due has none to come", () => {
  expect(readCronTimes("every day", "UTC")).toBeNull();
  expect(readCronTimes("* * * * * *", "UTC")).toBeNull();
  expect(readCronTimes("0 9 * * *", "Europe/Atlantis")).toBeNull();
  expect(readCronTimes("0 0 31 2 *", "UTC")?.after(0)).toBeNull();
});
