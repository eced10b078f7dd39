/** Finds when schedules are due within the next 24 hours, grouped by the quarter of an hour, for a picture. */
import type { Schedule } from "@reef/protocol/schedule";
import { readCronTimes } from "./cron-times.ts";

export const shownMs = 86_400_000;
export const quarterMs = 15 * 60_000;

/** A schedule due more often than this in a day becomes a row of ticks: as marks it would hide the others. */
const oftenTimes = 12;

export interface DayMark {
  /** The first time of any of its schedules. */
  readonly atMs: number;
  /** In the order of their ids. */
  readonly schedules: readonly Schedule[];
}

export interface DayMarks {
  readonly marks: readonly DayMark[];
  /** Ticks of schedules that are due often. */
  readonly ticks: readonly DayMark[];
}

export function dayMarks(schedules: Iterable<Schedule>, fromMs: number): DayMarks {
  const due = [...schedules].flatMap((schedule) => {
    const times = timesWithin(schedule, { fromMs, toMs: fromMs + shownMs });
    return times.length === 0 ? [] : [{ schedule, times }];
  });
  due.sort((a, b) => (a.schedule.id < b.schedule.id ? -1 : 1));
  return {
    marks: gather(due.filter(({ times }) => times.length <= oftenTimes)),
    ticks: gather(due.filter(({ times }) => times.length > oftenTimes)),
  };
}

interface Due {
  readonly schedule: Schedule;
  readonly times: readonly number[];
}

function gather(due: readonly Due[]): readonly DayMark[] {
  const byQuarter = new Map<number, { atMs: number; schedules: Set<Schedule> }>();
  for (const { schedule, times } of due) {
    for (const ms of times) {
      const quarter = Math.floor(ms / quarterMs);
      const mark = byQuarter.get(quarter) ?? { atMs: ms, schedules: new Set() };
      byQuarter.set(quarter, { atMs: Math.min(mark.atMs, ms), schedules: mark.schedules.add(schedule) });
    }
  }
  return [...byQuarter.values()]
    .map((mark) => ({ atMs: mark.atMs, schedules: [...mark.schedules] }))
    .sort((a, b) => a.atMs - b.atMs);
}

/**
 * The server's next time is certain; later ones are computed here. Schedules that are due often are looked up once a quarter.
 */
function timesWithin(
  { state, timing, nextAt }: Schedule,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly number[] {
  if (state !== "active" || nextAt === null) return [];
  const firstMs = Date.parse(nextAt);
  const after = followOn(timing, firstMs);
  const times: number[] = [];
  for (let ms: number | null = firstMs; ms !== null && ms < toMs; ) {
    // A time that is due and not sent yet is shown where it will be sent: now.
    times.push(Math.max(fromMs, ms));
    ms = after(times.length > oftenTimes ? (Math.floor(ms / quarterMs) + 1) * quarterMs - 1 : ms);
  }
  return times;
}

/** Returns the first time after a time. */
function followOn(timing: Schedule["timing"], firstMs: number): (ms: number) => number | null {
  switch (timing.kind) {
    case "at":
      return () => null;
    case "every": {
      const everyMs = timing.seconds * 1000;
      return (ms) => firstMs + (Math.floor((ms - firstMs) / everyMs) + 1) * everyMs;
    }
    case "cron": {
      const times = readCronTimes(timing.pattern, timing.timeZone);
      return (ms) => times?.after(ms) ?? null;
    }
  }
}
