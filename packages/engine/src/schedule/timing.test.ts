import type { ScheduleTiming } from "@reef/protocol/schedule";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, test } from "vitest";
import { dueTimes, firstTime, readTiming } from "./timing.ts";

const iso = (ms: number | null) => (ms === null ? null : msToIso(ms));
const at = (text: string) => Date.parse(text);
const cron = (pattern: string, timeZone = "UTC"): ScheduleTiming => ({ kind: "cron", pattern, timeZone });

describe("timing", () => {
  test("a pattern is read in its zone, also where clocks are changed", () => {
    const nine = cron("0 9 * * 1-5", "Europe/Berlin");
    expect(iso(firstTime(nine, at("2026-03-27T08:00:00Z")))).toBe("2026-03-30T07:00:00.000Z");
    const half = cron("30 2 * * *", "Europe/Berlin");
    const left = firstTime(half, at("2026-03-28T12:00:00Z"));
    expect(iso(left)).toBe("2026-03-29T01:00:00.000Z");
    expect(iso(firstTime(half, left ?? 0))).toBe("2026-03-30T00:30:00.000Z");
    const twice = firstTime(half, at("2026-10-24T12:00:00Z"));
    expect(iso(twice)).toBe("2026-10-25T00:30:00.000Z");
    expect(iso(firstTime(half, twice ?? 0))).toBe("2026-10-26T01:30:00.000Z");
  });

  test("SC2: of many times that are due, the newest counts and the others are missed", () => {
    const fromMs = at("2026-01-01T00:00:00Z");
    const nowMs = at("2026-01-01T03:30:00Z");
    const expected = { dueMs: at("2026-01-01T03:00:00Z"), missed: 3, nextMs: at("2026-01-01T04:00:00Z") };
    expect(dueTimes(cron("0 * * * *"), { fromMs, nowMs })).toEqual(expected);
    expect(dueTimes({ kind: "every", seconds: 3600 }, { fromMs, nowMs })).toEqual(expected);
    const once = { kind: "at", at: "2026-01-01T00:00:00.000Z" } as const;
    expect(dueTimes(once, { fromMs, nowMs })).toEqual({ dueMs: fromMs, missed: 0, nextMs: null });
  });

  test("years of missed minutes are not looked at one by one, and the next time is still to come", () => {
    const nowMs = at("2030-01-01T00:00:30Z");
    const due = dueTimes(cron("* * * * *"), { fromMs: at("2020-01-01T00:00:00Z"), nowMs });
    expect([due.missed, iso(due.nextMs)]).toEqual([1000, "2030-01-01T00:01:00.000Z"]);
  });

  test("an interval keeps its beat however late it is looked at", () => {
    const timing = { kind: "every", seconds: 90 } as const;
    const due = dueTimes(timing, { fromMs: 90_000, nowMs: 100_001 });
    expect(due).toEqual({ dueMs: 90_000, missed: 0, nextMs: 180_000 });
  });

  test("BO2: a time more than five years ahead is refused with what was expected", () => {
    const nowMs = at("2026-11-30T00:00:00Z");
    expect(readTiming({ kind: "at", at: "2031-11-30T00:00:00.000Z" }, nowMs)).toMatchObject({ kind: "at" });
    for (const far of ["2032-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
      expect(() => readTiming({ kind: "at", at: far }, nowMs)).toThrow("expected a time within the next 5 years");
    }
  });

  test("what cannot be a timing is refused with what was expected", () => {
    const nowMs = at("2026-01-01T00:00:00Z");
    const refused = [
      { kind: "at", at: "2025-12-31T23:59:59Z" },
      { kind: "cron", pattern: "61 * * * *" },
      { kind: "cron", pattern: "* * * * * *" },
      { kind: "cron", pattern: "not a pattern" },
      { kind: "cron", pattern: "0 0 31 2 *" },
      { kind: "cron", pattern: "0 9 * * *", timeZone: "Europe/Atlantis" },
    ] as const;
    for (const timing of refused) {
      expect(() => readTiming(timing, nowMs), JSON.stringify(timing)).toThrowError(
        expect.objectContaining({ code: "invalid_request", message: expect.stringMatching(/expected|never due/) }),
      );
    }
    expect(readTiming({ kind: "at", at: "2026-01-01T09:00:00+02:00" }, nowMs)).toEqual({
      kind: "at",
      at: "2026-01-01T07:00:00.000Z",
    });
  });
});
