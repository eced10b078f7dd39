/** When a cron pattern is due, by the library the server uses: both tell the same, also when clocks are changed. */
import { Cron } from "croner";

export interface CronTimes {
  /** The first time after `ms`; null when there is none. */
  after(ms: number): number | null;
}

/** Null when the pattern or the zone is none. */
export function readCronTimes(pattern: string, timeZone: string): CronTimes | null {
  try {
    const cron = new Cron(pattern, { timezone: timeZone, mode: "5-part", paused: true });
    cron.nextRun(); // a zone is looked up only now
    return { after: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? null };
  } catch {
    return null;
  }
}
