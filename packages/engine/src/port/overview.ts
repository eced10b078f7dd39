/** Reads over all bots at once, for the screens that show them side by side. */
import type { BotPulse, DaySpend, Timeline, Traffic } from "@reef/protocol/overview";
import type { IsoTime } from "@reef/protocol/time";

export interface TimelineRange {
  readonly since: IsoTime;
  readonly before: IsoTime;
  /** Of turns, of messages, of asks and of refusals. */
  readonly limit: number;
}

export interface OverviewQueries {
  /** Every bot, by id. A step counts in the bucket of the minute in which it was committed. */
  pulse(since: IsoTime, bucketMs: number): Promise<readonly BotPulse[]>;
  /** Messages between sessions accepted since then, or of all time; the busiest pair first. */
  traffic(since: IsoTime | null): Promise<readonly Traffic[]>;
  /** What the steps and the consolidations of this time used, by day (UTC) and bot: newest day first, then by bot. Bots without a model call are left out. */
  spend(range: Pick<TimelineRange, "since" | "before">): Promise<readonly DaySpend[]>;
  timeline(range: TimelineRange): Promise<Timeline>;
}

/** Which bucket a minute belongs to, and how many there are until `nowMs`. */
export function bucketsSince(
  since: IsoTime,
  { bucketMs, nowMs }: { readonly bucketMs: number; readonly nowMs: number },
): { readonly count: number; readonly bucketOf: (at: IsoTime) => number } {
  const sinceMs = Date.parse(since);
  const count = Math.max(1, Math.ceil((nowMs - sinceMs) / bucketMs));
  return {
    count,
    bucketOf: (at) => {
      const minuteMs = Date.parse(`${at.slice(0, 16)}:00.000Z`);
      return Math.min(count - 1, Math.max(0, Math.floor((minuteMs - sinceMs) / bucketMs)));
    },
  };
}
