/** Reads over all bots at once, for the screens that show them side by side. */
import type { Ask } from "@reef/protocol/ask";
import type { SessionId } from "@reef/protocol/ids";
import type { BotPulse, DaySpend, Timeline, Traffic } from "@reef/protocol/overview";
import type { Schedule } from "@reef/protocol/schedule";
import type { SessionStatus } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";

export interface TimelineRange {
  readonly since: IsoTime;
  readonly before: IsoTime;
  /** Of turns, of messages, of asks and of refusals. */
  readonly limit: number;
}

/** Sessions that are not archived, by their status. */
export interface SessionCounts {
  readonly byStatus: Readonly<Record<SessionStatus, number>>;
  /** Of the idle ones, those with something that nobody has read. */
  readonly doneUnseen: number;
}

export interface OverviewQueries {
  sessionCounts(): Promise<SessionCounts>;
  /** The oldest open ask of each session that is not archived; the one that has waited longest first. */
  waitingAsks(limit: number): Promise<readonly Ask[]>;
  /** Failed sessions that are not archived by the reason: the newest of each, and how many there are; the newest reason first. */
  failures(limit: number): Promise<readonly { readonly sessionId: SessionId; readonly alike: number }[]>;
  /** Active schedules of sessions that are not archived, the soonest first. */
  nextSchedules(limit: number): Promise<readonly Schedule[]>;
  /** Turns that ended since then. A turn counts in the bucket of the minute in which it ended. */
  turnCounts(since: IsoTime, bucketMs: number): Promise<{ readonly ended: number[]; readonly failed: number[] }>;
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
