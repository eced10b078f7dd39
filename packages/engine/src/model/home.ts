/** Answers Home's reads from the in-memory store by counting everything at each read. */
import { SessionStatus } from "@reef/protocol/session";
import { isoToMs } from "@reef/protocol/time";
import type { Clock } from "../port/clock.ts";
import { bucketsSince, type OverviewQueries } from "../port/overview.ts";
import { filterValues, type ModelState, toSession } from "./state.ts";

type HomeQueries = Pick<OverviewQueries, "sessionCounts" | "waitingAsks" | "failures" | "nextSchedules" | "turnCounts">;

export function homeQueries(current: () => ModelState, clock: Clock): HomeQueries {
  const isShown = (id: string): boolean =>
    filterValues(current().sessions, (session) => session.id === id && session.archivedAt === null).length > 0;
  return {
    sessionCounts: async () => {
      const state = current();
      const sessions = filterValues(state.sessions, ({ archivedAt }) => archivedAt === null).map((record) =>
        toSession(state, record, clock.now()),
      );
      const countOf = (status: SessionStatus): number => sessions.filter((each) => each.status === status).length;
      return {
        byStatus: Object.fromEntries(SessionStatus.options.map((status) => [status, countOf(status)])) as Record<
          SessionStatus,
          number
        >,
        askingForBudget: sessions.filter(({ status, openAsks }) => status === "out_of_budget" && openAsks > 0).length,
        doneUnseen: sessions.filter(({ status, unread }) => status === "idle" && unread > 0).length,
      };
    },
    waitingAsks: async (limit) => {
      const open = filterValues(current().asks, ({ state, sessionId }) => state === "open" && isShown(sessionId));
      const firsts = open.filter(({ id, sessionId }) => open.find((each) => each.sessionId === sessionId)?.id === id);
      return firsts.slice(0, limit);
    },
    failures: async (limit) => {
      const failed = filterValues(current().sessions, ({ archivedAt }) => archivedAt === null)
        .map((record) => toSession(current(), record, clock.now()))
        .filter(({ status }) => status === "failed")
        .sort((a, b) => (a.lastAt === b.lastAt ? (a.id < b.id ? 1 : -1) : a.lastAt < b.lastAt ? 1 : -1));
      return [...Map.groupBy(failed, ({ lastError }) => lastError).values()]
        .flatMap((same) => (same[0] === undefined ? [] : [{ sessionId: same[0].id, alike: same.length }]))
        .slice(0, limit);
    },
    nextSchedules: async (limit) =>
      filterValues(
        current().schedules,
        ({ state, nextAt, sessionId }) => state === "active" && nextAt !== null && isShown(sessionId),
      )
        .sort((a, b) => ((a.nextAt ?? "") < (b.nextAt ?? "") ? -1 : 1))
        .slice(0, limit),
    turnCounts: async (since, bucketMs) => {
      const { count, bucketOf } = bucketsSince(since, { bucketMs, nowMs: clock.now() });
      const [ended, failed] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
      for (const { endedAt, state } of current().turns.values()) {
        if (endedAt === null || isoToMs(endedAt) < isoToMs(since)) continue;
        const bucket = bucketOf(endedAt);
        ended[bucket] = (ended[bucket] ?? 0) + 1;
        if (state === "failed") failed[bucket] = (failed[bucket] ?? 0) + 1;
      }
      return { ended, failed };
    },
  };
}
