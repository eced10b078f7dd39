/** Defines reads across all bots, for the screens that show them side by side. */
import type { Ask } from "@reef/protocol/ask";
import type { SessionId } from "@reef/protocol/ids";
import type { BotPulse, DaySpend, PartSpend, SpendBy, Timeline, Traffic } from "@reef/protocol/overview";
import type { Schedule } from "@reef/protocol/schedule";
import type { SessionStatus } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import { addUsage } from "@reef/protocol/usage";

export interface TimelineRange {
  readonly since: IsoTime;
  readonly before: IsoTime;
  /** Applies to turns, messages, asks and refusals separately. */
  readonly limit: number;
}

/** Counts the sessions that are not archived, by status. */
export interface SessionCounts {
  readonly byStatus: Readonly<Record<SessionStatus, number>>;
  /** Sessions out of budget whose own question about it waits for a person. */
  readonly askingForBudget: number;
  /** Idle sessions with something unread. */
  readonly doneUnseen: number;
}

export interface OverviewQueries {
  sessionCounts(): Promise<SessionCounts>;
  /** Returns the oldest open ask of each session that is not archived, the longest waiting first. */
  waitingAsks(limit: number): Promise<readonly Ask[]>;
  /**
   * Groups failed sessions that are not archived by reason: the newest session of each, and how many there are. The
   * newest reason comes first.
   */
  failures(limit: number): Promise<readonly { readonly sessionId: SessionId; readonly alike: number }[]>;
  /** Returns active schedules of sessions that are not archived, the soonest first. */
  nextSchedules(limit: number): Promise<readonly Schedule[]>;
  /** Counts the turns that ended since then. A turn counts in the bucket of the minute in which it ended. */
  turnCounts(since: IsoTime, bucketMs: number): Promise<{ readonly ended: number[]; readonly failed: number[] }>;
  /** Returns every bot, by id. A step counts in the bucket of the minute in which it was committed. */
  pulse(since: IsoTime, bucketMs: number): Promise<readonly BotPulse[]>;
  /** Returns messages between sessions accepted since then, or all of them for null; the busiest pair first. */
  traffic(since: IsoTime | null): Promise<readonly Traffic[]>;
  /**
   * Returns what the steps and consolidations in this range used, by day (UTC) and bot: newest day first, then by bot.
   * Bots without a model call are left out.
   */
  spend(range: Pick<TimelineRange, "since" | "before">): Promise<readonly DaySpend[]>;
  /** Returns the same by another part: newest day first, then by id. Consolidations belong to no chain. */
  spendBy(range: Pick<TimelineRange, "since" | "before">, by: SpendBy): Promise<readonly UsedPart[]>;
  timeline(range: TimelineRange): Promise<Timeline>;
}

export type UsedPart = Omit<PartSpend, "name">;

/** Returns the number of buckets until `nowMs`, and the bucket that a minute belongs to. */
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

/** Sums what the same part used on the same day: newest day first, then by id, without one last. */
export function sumParts(parts: readonly UsedPart[]): readonly UsedPart[] {
  const byKey = Map.groupBy(parts, ({ day, id }) => JSON.stringify([day, id]));
  return [...byKey.values()]
    .flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [{ ...first, usage: rest.reduce((sum, { usage }) => addUsage(sum, usage), first.usage) }],
    )
    .sort((a, b) => (a.day !== b.day ? (a.day < b.day ? 1 : -1) : (a.id ?? "~") < (b.id ?? "~") ? -1 : 1));
}
