/**
 * Counts sessions of each kind, grouped by the facts that decide it, so that ten thousand rows become a few dozen sums.
 */
import { type CountedFacts, countSessions } from "@reef/engine/session/counts";
import type { TopicId } from "@reef/protocol/ids";
import type { SessionCounts } from "@reef/protocol/session";
import { type Kysely, sql } from "kysely";
import type { Source } from "../sql.ts";
import type { Tables } from "../tables.ts";

export async function readSessionCounts(source: Source): Promise<SessionCounts> {
  const rows = await source.query((db) => selectCounts(db, source.steadyMs()));
  return countSessions(rows.map(rowToFacts));
}

function selectCounts(db: Kysely<Tables>, steadyMs: number) {
  return db
    .selectFrom("sessions")
    .leftJoin("turns", "turns.id", "sessions.turn_id")
    .leftJoin("sessions as parents", "parents.id", "sessions.parent_id")
    .select([
      "sessions.topic_id",
      "sessions.pinned",
      "sessions.last_turn_state",
      "turns.state as turn_state",
      sql<number>`sessions.archived_at is not null`.as("is_archived"),
      sql<number>`sessions.open_asks > 0`.as("is_asked"),
      sql<number>`sessions.asks_below > 0`.as("is_asked_below"),
      sql<number>`sessions.out_of_budget is not null`.as("is_out"),
      sql<number>`sessions.unread > 0`.as("is_unread"),
      sql<number>`case when turns.lease_until_ms < ${steadyMs} then 1 else 0 end`.as("lease_is_over"),
      sql<number>`parents.id is not null and parents.archived_at is null`.as("is_below"),
      sql<number>`count(*)`.as("count"),
      sql<number>`sum(sessions.queued)`.as("queued"),
    ])
    .groupBy([
      "sessions.topic_id",
      "sessions.pinned",
      "sessions.last_turn_state",
      "turns.state",
      "is_archived",
      "is_asked",
      "is_asked_below",
      "is_out",
      "is_unread",
      "lease_is_over",
      "is_below",
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectCounts>["execute"]>>[number];

function rowToFacts(row: Row): CountedFacts {
  const turnState = row.turn_state === "running" || row.turn_state === "waiting" ? row.turn_state : null;
  return {
    count: Number(row.count),
    queued: Number(row.queued),
    topicId: row.topic_id as TopicId | null,
    isPinned: row.pinned === 1,
    isArchived: Number(row.is_archived) === 1,
    isUnread: Number(row.is_unread) === 1,
    isBelow: Number(row.is_below) === 1,
    isOutOfBudget: Number(row.is_out) === 1,
    openAsks: Number(row.is_asked),
    asksBelow: Number(row.is_asked_below),
    turnState,
    // Only whether it is over counts.
    leaseUntilMs: Number(row.lease_is_over) === 1 ? -1 : 1,
    lastTurnState: row.last_turn_state,
  };
}
