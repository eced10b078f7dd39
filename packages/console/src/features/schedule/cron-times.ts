/** Computes when a cron pattern is due, with the library the server uses: both agree, also when clocks change. */
import { Cron } from "croner";

export interface CronTimes {
  /** The first time after `ms`; null when there is none. */
  after(ms: number): number | null;
}

/** Returns null when the pattern or the zone is invalid. */
export function readCronTimes(pattern: string, timeZone: string): CronTimes | null {
  try {
    const cron = new Cron(pattern, { timezone: timeZone, mode: "5-part", paused: true });
    cron.nextRun(); // a zone is looked up only now
    return { after: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? null };
  } catch {
    return null;
  }
}
