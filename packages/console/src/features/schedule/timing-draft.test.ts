import type { ScheduleTiming } from "@reef/protocol/schedule";
import { expect, test } from "vitest";
import { chooseKind, draftToTiming, firstTimeOf, newTimingDraft, timingToDraft } from "./timing-draft.ts";
import { createZone } from "./zone-time.ts";

const nowMs = Date.parse("2026-11-27T12:10:00.000Z");
const zone = createZone("Europe/Berlin");
const cron = (pattern: string, timeZone = "UTC"): ScheduleTiming => ({ kind: "cron", pattern, timeZone });
const draftOf = (timing: ScheduleTiming) => timingToDraft(timing, { nowMs, zone });

test("a timing opens as its simple choice and comes back as it was", () => {
  const kinds: readonly (readonly [ScheduleTiming, string])[] = [
    [{ kind: "at", at: "2026-12-04T08:00:00.000Z" }, "once"],
    [{ kind: "every", seconds: 600 }, "every"],
    [{ kind: "every", seconds: 90 }, "every"],
    [{ kind: "every", seconds: 172_800 }, "every"],
    [cron("0 9 * * *"), "days"],
    [cron("30 18 * * 1-5", "Asia/Tokyo"), "days"],
    [cron("0 9 * * 0,1,3"), "days"],
    [cron("0 9,18 * * *"), "cron"],
    [cron("*/10 * * * *"), "cron"],
    [cron("0 9 L * *"), "cron"],
    [cron("0 9 1 * *"), "cron"],
  ];
  for (const [timing, kind] of kinds) {
    const draft = draftOf(timing);
    expect([draft.kind, draftToTiming(draft)]).toEqual([kind, timing]);
  }
  expect(draftOf({ kind: "at", at: "2026-12-04T08:00:00.000Z" }).at).toBe("2026-12-04T09:00");
  expect(draftOf(cron("0 9 * * MON-FRI")).days).toEqual([1, 2, 3, 4, 5]);
});

test("a date is read in the zone that was chosen, also where clocks are changed", () => {
  const draft = { ...newTimingDraft(nowMs, zone), kind: "once" } as const;
  expect(draft.at).toBe("2026-11-27T14:00");
  const at = (text: string, timeZone: string) => draftToTiming({ ...draft, at: text, timeZone });
  expect(at("2026-12-04T09:00", "Asia/Tokyo")).toEqual({ kind: "at", at: "2026-12-04T00:00:00.000Z" });
  expect(at("2026-03-29T02:30", "Europe/Berlin")).toEqual({ kind: "at", at: "2026-03-29T01:00:00.000Z" });
  expect(at("2026-10-25T02:30", "Europe/Berlin")).toEqual({ kind: "at", at: "2026-10-25T00:30:00.000Z" });
  expect(at("", "Europe/Berlin")).toBeNull();
  expect(at("2026-12-04T09:00", "Europe/Atlantis")).toBeNull();
});

test("what is missing makes no timing, and another choice keeps what was typed", () => {
  const draft = newTimingDraft(nowMs, zone);
  expect(draftToTiming({ ...draft, kind: "every", count: "" })).toBeNull();
  expect(draftToTiming({ ...draft, kind: "every", count: "1.5", unit: "hours" })).toEqual({
    kind: "every",
    seconds: 5400,
  });
  expect(draftToTiming({ ...draft, kind: "days", days: [] })).toBeNull();
  const cronDraft = chooseKind({ ...draft, days: [1, 2, 3, 4, 5], time: "07:05", count: "7" }, "cron");
  expect([cronDraft.pattern, cronDraft.count, cronDraft.time]).toEqual(["5 7 * * 1-5", "7", "07:05"]);
});

test("the next time is told before anything is saved, as the server will count it", () => {
  const next = (timing: ScheduleTiming) => {
    const ms = firstTimeOf(timing, nowMs);
    return ms === null ? null : new Date(ms).toISOString();
  };
  expect(next({ kind: "every", seconds: 600 })).toBe("2026-11-27T12:20:00.000Z");
  expect(next({ kind: "at", at: "2026-11-27T12:00:00.000Z" })).toBeNull();
  expect(next(cron("0 9 * * 1-5", "Europe/Berlin"))).toBe("2026-11-30T08:00:00.000Z");
  expect(next(cron("0 9 13 * 5"))).toBe("2026-12-04T09:00:00.000Z");
  expect(next(cron("0 0 29 2 *"))).toBe("2028-02-29T00:00:00.000Z");
  expect(next(cron("0 9 L * *"))).toBe("2026-11-30T09:00:00.000Z");
  expect([next(cron("0 0 31 2 *")), next(cron("61 * * * *"))]).toEqual([null, null]);
});
