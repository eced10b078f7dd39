/** Answers Home's reads: the sessions of each status, whose questions wait, what comes next, and how turns ended. */
import { bucketsSince, type OverviewQueries, type SessionCounts } from "@reef/engine/port/overview";
import { sessionStatus } from "@reef/engine/session/status";
import type { SessionId } from "@reef/protocol/ids";
import { SessionStatus } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import { askColumns, scheduleColumns } from "../columns.ts";
import { askRowToNoun } from "../rows/ask.ts";
import { scheduleRowToNoun } from "../rows/schedule.ts";
import { type Source, statement } from "../sql.ts";
import type { AskRow, ScheduleRow, SessionRow } from "../tables.ts";

/** The facts that decide a status, and how many sessions have them. */
interface FactsRow {
  asks: number;
  below: number;
  is_out: number;
  turn_state: "running" | "waiting" | null;
  is_late: number;
  last_turn_state: SessionRow["last_turn_state"];
  queued: number;
  is_paused: number;
  is_held: number;
  is_unread: number;
  count: number;
}

const facts = statement<{ now: number }, FactsRow>((db, param) =>
  db
    .selectFrom("sessions")
    .innerJoin("bots", "bots.id", "sessions.bot_id")
    .leftJoin("turns", "turns.id", "sessions.turn_id")
    .where("sessions.archived_at", "is", null)
    .select((build) => [
      sql<number>`sessions.open_asks > 0`.as("asks"),
      sql<number>`sessions.asks_below > 0`.as("below"),
      sql<number>`sessions.out_of_budget is not null`.as("is_out"),
      sql<"running" | "waiting" | null>`turns.state`.as("turn_state"),
      sql<number>`case when turns.lease_until_ms < ${param("now")} then 1 else 0 end`.as("is_late"),
      "sessions.last_turn_state",
      sql<number>`sessions.queued > 0`.as("queued"),
      sql<number>`bots.paused_at is not null`.as("is_paused"),
      sql<number>`case when sessions.held = 1 or bots.held = 1 then 1 else 0 end`.as("is_held"),
      sql<number>`sessions.unread > 0`.as("is_unread"),
      build.fn.countAll<number>().as("count"),
    ])
    .groupBy(sql`1, 2, 3, 4, 5, 6, 7, 8, 9, 10`),
);
const waitingAsks = statement<{ limit: number }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .innerJoin("sessions", "sessions.id", "asks.session_id")
    .select(askColumns.map((column) => `asks.${column}` as const))
    .where(sql<boolean>`asks.state = 'open'`)
    .where("sessions.archived_at", "is", null)
    .where("asks.n", "=", (build) =>
      build
        .selectFrom("asks as older")
        .select((each) => each.fn.min("older.n").as("n"))
        .whereRef("older.session_id", "=", "asks.session_id")
        .where("older.state", "=", sql.lit("open" as const)),
    )
    .orderBy("asks.n")
    .limit(param("limit")),
);
/** Selects failed sessions; `sessionStatus` has the final decision. */
const reasons = statement<{ limit: number }, { last_error: string | null; alike: number; newest: IsoTime }>(
  (db, param) =>
    db
      .selectFrom("sessions")
      .where("archived_at", "is", null)
      .where("open_asks", "=", 0)
      .where("turn_id", "is", null)
      .where("last_turn_state", "=", sql.lit("failed" as const))
      .groupBy("last_error")
      .select((build) => ["last_error", build.fn.countAll<number>().as("alike"), build.fn.max("last_at").as("newest")])
      .orderBy("newest", "desc")
      .limit(param("limit")),
);
const newestOfReason = statement<{ last_error: string; newest: IsoTime }, { id: SessionId }>((db, param) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("archived_at", "is", null)
    .where("open_asks", "=", 0)
    .where("turn_id", "is", null)
    .where("last_turn_state", "=", sql.lit("failed" as const))
    .where(sql<boolean>`coalesce(last_error, '') = ${param("last_error")}`)
    .where("last_at", "=", param("newest"))
    .orderBy("id", "desc")
    .limit(1),
);
const nextSchedules = statement<{ limit: number }, ScheduleRow>((db, param) =>
  db
    .selectFrom("schedules")
    .innerJoin("sessions", "sessions.id", "schedules.session_id")
    .select(scheduleColumns.map((column) => `schedules.${column}` as const))
    .where(sql<boolean>`schedules.state = 'active'`)
    .where("schedules.next_at", "is not", null)
    .where("sessions.archived_at", "is", null)
    .orderBy("schedules.next_at")
    .orderBy("schedules.n")
    .limit(param("limit")),
);
const ends = statement<{ since: IsoTime }, { minute: string; ended: number; failed: number }>((db, param) =>
  db
    .selectFrom("turns")
    .where("ended_at", ">=", param("since"))
    .groupBy(sql`substr(ended_at, 1, 16)`)
    .select((build) => [
      sql<string>`substr(ended_at, 1, 16)`.as("minute"),
      build.fn.countAll<number>().as("ended"),
      sql<number>`sum(case when state = 'failed' then 1 else 0 end)`.as("failed"),
    ]),
);

type HomeQueries = Pick<OverviewQueries, "sessionCounts" | "waitingAsks" | "failures" | "nextSchedules" | "turnCounts">;

export function homeQueries(source: Source): HomeQueries {
  return {
    sessionCounts: async () => countByStatus(await source.all(facts, { now: source.steadyMs() })),
    waitingAsks: async (limit) => (await source.all(waitingAsks, { limit })).map(askRowToNoun),
    failures: async (limit) => {
      const found = [];
      for (const { last_error, alike, newest } of await source.all(reasons, { limit })) {
        const [example] = await source.all(newestOfReason, { last_error: last_error ?? "", newest });
        if (example !== undefined) found.push({ sessionId: example.id, alike });
      }
      return found;
    },
    nextSchedules: async (limit) => (await source.all(nextSchedules, { limit })).map(scheduleRowToNoun),
    turnCounts: async (since, bucketMs) => {
      const { count, bucketOf } = bucketsSince(since, { bucketMs, nowMs: source.nowMs() });
      const [ended, failed] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
      for (const row of await source.all(ends, { since })) {
        const bucket = bucketOf(row.minute);
        ended[bucket] = (ended[bucket] ?? 0) + row.ended;
        failed[bucket] = (failed[bucket] ?? 0) + row.failed;
      }
      return { ended, failed };
    },
  };
}

/** `sessionStatus` decides here as for a single session: one of each kind stands for all. */
function countByStatus(rows: readonly FactsRow[]): SessionCounts {
  const byStatus = Object.fromEntries(SessionStatus.options.map((status) => [status, 0])) as Record<
    SessionStatus,
    number
  >;
  let [doneUnseen, askingForBudget] = [0, 0];
  for (const row of rows) {
    const status = sessionStatus(
      {
        isOutOfBudget: row.is_out === 1,
        openAsks: row.asks,
        asksBelow: row.below,
        turnState: row.turn_state === "running" || row.turn_state === "waiting" ? row.turn_state : null,
        leaseUntilMs: row.is_late === 1 ? 0 : null,
        lastTurnState: row.last_turn_state,
        queued: row.queued,
        botPaused: row.is_paused === 1,
        isHeld: row.is_held === 1,
      },
      1,
    );
    byStatus[status] += row.count;
    if (status === "out_of_budget" && row.asks === 1) askingForBudget += row.count;
    if (status === "idle" && row.is_unread === 1) doneUnseen += row.count;
  }
  return { byStatus, askingForBudget, doneUnseen };
}
