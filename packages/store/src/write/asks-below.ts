/**
 * Keeps what sessions show of the questions below them in their tree: how many wait for a person, and whose has waited
 * longest. A session waits for the same person as those it spawned, and must say for which session.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { SessionRow } from "../tables.ts";
import { all, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";
import { findSession, type Work } from "./work.ts";

/** A new ask is the youngest, so it is named only if none was open. */
export function* noteAskBelow(work: Work, session: SessionRow): Write<void> {
  for (const above of yield* sessionsAbove(work, session.parent_id)) {
    above.asks_below += 1;
    above.waits_for_id ??= session.id;
    work.changedSessions.add(above);
  }
}

/** Call once `asks` asks of this session, or of sessions below it, are settled or gone. */
export function* noteNoneBelow(work: Work, parentId: SessionId | null, asks: number): Write<void> {
  if (asks === 0) return;
  for (const above of yield* sessionsAbove(work, parentId)) {
    above.asks_below -= asks;
    above.waits_for_id = above.asks_below === 0 ? null : yield* oldestBelow(work, above);
    work.changedSessions.add(above);
  }
}

/** Updates the sessions that name it when its title changes. */
export function* showAbove(work: Work, session: SessionRow): Write<void> {
  for (const above of yield* sessionsAbove(work, session.parent_id)) {
    if (above.waits_for_id === session.id) work.changedSessions.add(above);
  }
}

function* oldestBelow(work: Work, above: SessionRow): Write<SessionId | null> {
  const asking = yield* all(turnStatements.sessionsAskingInTree, { root_id: above.root_id });
  for (const { session_id } of asking) {
    const session = yield* findSession(work, session_id);
    const itsAbove = yield* sessionsAbove(work, session?.parent_id ?? null);
    if (itsAbove.some(({ id }) => id === above.id)) return session_id;
  }
  return null;
}

/** The nearest first. */
function* sessionsAbove(work: Work, parentId: SessionId | null): Write<readonly SessionRow[]> {
  const rows: SessionRow[] = [];
  for (let id = parentId; id !== null; ) {
    const row = yield* findSession(work, id);
    if (row === undefined) break;
    rows.push(row);
    id = row.parent_id;
  }
  return rows;
}
