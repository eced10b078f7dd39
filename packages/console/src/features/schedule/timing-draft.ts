/**
 * Holds the form's state of a schedule's time. It keeps what was typed for every kind, so that trying another one loses
 * nothing; a pattern that a simple kind can express opens as that kind.
 */
import type { NewTiming, ScheduleTiming } from "@reef/protocol/schedule";
import { readCron } from "./cron-pattern.ts";
import { readCronTimes } from "./cron-times.ts";
import { clockText, findZone, textToWall, wallToText, type Zone } from "./zone-time.ts";

export type TimingKind = "once" | "every" | "days" | "cron";
export type IntervalUnit = "seconds" | "minutes" | "hours" | "days";

export interface TimingDraft {
  readonly kind: TimingKind;
  /** Wall time in the zone, `2026-12-04T09:00`. */
  readonly at: string;
  /** As it was typed. */
  readonly count: string;
  readonly unit: IntervalUnit;
  /** 0 is Sunday; ascending. */
  readonly days: readonly number[];
  /** `09:00`. */
  readonly time: string;
  readonly pattern: string;
  readonly timeZone: string;
}

export const secondsByUnit: Readonly<Record<IntervalUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};
export const everyDay: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
export const workdays: readonly number[] = [1, 2, 3, 4, 5];
const hourMs = 3_600_000;

export function newTimingDraft(nowMs: number, zone: Zone): TimingDraft {
  return {
    kind: "days",
    at: wallToText({ ...zone.wallOf(nowMs + hourMs + hourMs / 2), minute: 0 }),
    count: "30",
    unit: "minutes",
    days: everyDay,
    time: "09:00",
    pattern: "0 9 * * 1-5",
    timeZone: zone.name,
  };
}

/** `zone` is the reader's own: a time that names no zone is shown in it. */
export function timingToDraft(timing: ScheduleTiming, { nowMs, zone }: { nowMs: number; zone: Zone }): TimingDraft {
  const draft = newTimingDraft(nowMs, zone);
  switch (timing.kind) {
    case "at":
      return { ...draft, kind: "once", at: wallToText(zone.wallOf(Date.parse(timing.at))) };
    case "every": {
      const unit = (["days", "hours", "minutes"] as const).find((each) => timing.seconds % secondsByUnit[each] === 0);
      const count = String(timing.seconds / secondsByUnit[unit ?? "seconds"]);
      return { ...draft, kind: "every", count, unit: unit ?? "seconds" };
    }
    case "cron": {
      const { pattern, timeZone } = timing;
      const own = { ...draft, pattern, timeZone };
      const fields = readCron(pattern);
      const [minute] = fields?.minutes ?? [];
      const [hour] = fields?.hours ?? [];
      const isDays = fields?.days === null && fields.months.length === 12;
      if (!isDays || fields.minutes.length !== 1 || fields.hours.length !== 1) return { ...own, kind: "cron" };
      return { ...own, kind: "days", days: fields.weekdays ?? everyDay, time: clockText(hour ?? 0, minute ?? 0) };
    }
  }
}

/** Returns null while something is missing or impossible: then the form's own fields say what. */
export function draftToTiming(draft: TimingDraft): NewTiming | null {
  const zone = findZone(draft.timeZone);
  switch (draft.kind) {
    case "once": {
      const wall = textToWall(draft.at);
      return wall && zone ? { kind: "at", at: new Date(zone.msOf(wall)).toISOString() } : null;
    }
    case "every": {
      const seconds = Number(draft.count) * secondsByUnit[draft.unit];
      return Number.isInteger(seconds) && seconds > 0 ? { kind: "every", seconds } : null;
    }
    case "days": {
      const pattern = daysToPattern(draft);
      return pattern && zone ? { kind: "cron", pattern, timeZone: zone.name } : null;
    }
    case "cron": {
      const pattern = draft.pattern.trim();
      return pattern && zone ? { kind: "cron", pattern, timeZone: zone.name } : null;
    }
  }
}

/** Selects another kind. The days and time chosen before become its initial pattern. */
export function chooseKind(draft: TimingDraft, kind: TimingKind): TimingDraft {
  const pattern = draft.kind === "days" && kind === "cron" ? daysToPattern(draft) : null;
  return { ...draft, kind, ...(pattern && { pattern }) };
}

/** Returns the first time after now; null when there is none. */
export function firstTimeOf(timing: NewTiming, nowMs: number): number | null {
  switch (timing.kind) {
    case "at": {
      const ms = Date.parse(timing.at);
      return ms > nowMs ? ms : null;
    }
    case "every":
      return nowMs + timing.seconds * 1000;
    case "cron":
      return readCronTimes(timing.pattern, timing.timeZone ?? "UTC")?.after(nowMs) ?? null;
  }
}

function daysToPattern({ days, time }: TimingDraft): string | null {
  const [, hour, minute] = /^(\d\d):(\d\d)/.exec(time) ?? [];
  if (hour === undefined || minute === undefined || days.length === 0) return null;
  const key = days.join(",");
  const week = days.length === 7 ? "*" : key === "1,2,3,4,5" ? "1-5" : key;
  return `${Number(minute)} ${Number(hour)} * * ${week}`;
}
