/**
 * Counts the sessions of each kind as the list groups them: a session that waits for a person, or is pinned, is outside
 * its topic, and a spawned one is below its parent. One rule for every store.
 */
import type { TopicId } from "@reef/protocol/ids";
import type { SessionCounts } from "@reef/protocol/session";
import { type SessionFacts, sessionStatus } from "./status.ts";

/** Facts that a number of sessions share. `leaseUntilMs` is negative if the lease is over, else positive. */
export interface CountedFacts extends Omit<SessionFacts, "botPaused" | "isHeld" | "queued"> {
  readonly count: number;
  /** Waiting messages of all these sessions together. */
  readonly queued: number;
  readonly topicId: TopicId | null;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  readonly isUnread: boolean;
  /** True if spawned by a session that is not archived. */
  readonly isBelow: boolean;
}

export function countSessions(rows: readonly CountedFacts[]): SessionCounts {
  const topics: Record<string, number> = {};
  const sums = {
    total: 0,
    needsYou: 0,
    pinned: 0,
    unread: 0,
    running: 0,
    waiting: 0,
    failed: 0,
    queued: 0,
    noTopic: 0,
  };
  for (const row of rows) {
    // Neither a pause, a hold nor the mailbox affects these states.
    const status = sessionStatus({ ...row, queued: 0, botPaused: false, isHeld: false }, 0);
    sums.queued += row.queued;
    if (status === "running" || status === "unknown") sums.running += row.count;
    if (status === "waiting" || status === "out_of_budget") sums.waiting += row.count;
    if (row.isArchived) continue;
    sums.total += row.count;
    if (row.isUnread) sums.unread += row.count;
    if (status === "failed" || status === "unknown") sums.failed += row.count;
    if (status === "needs_you" || (status === "out_of_budget" && row.openAsks > 0)) sums.needsYou += row.count;
    else if (row.isPinned) sums.pinned += row.count;
    else if (row.isBelow) continue;
    else if (row.topicId === null) sums.noTopic += row.count;
    else topics[row.topicId] = (topics[row.topicId] ?? 0) + row.count;
  }
  return { ...sums, topics };
}
