/**
 * Counts the sessions of each kind: from the sessions themselves once all of them are read, which events keep true, and from
 * the server until then. Undefined while neither is known: an untrue number is never shown.
 */
import type { SessionCounts } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { needsPerson, type SessionIndex } from "../../data/cache.ts";
import { isInState } from "../../data/list/group-sessions.ts";
import { stateFilters } from "../../data/list/list-view.ts";
import { sessionCountsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { countWork } from "../../data/work.ts";

export type Counts = Pick<SessionCounts, "needsYou" | "unread" | "running" | "waiting" | "failed" | "queued">;
/** Unknown counts are left out. */
export type KnownCounts = Partial<Counts>;

const whileLoadingMs = 3_000;

export function useCounts(): KnownCounts {
  const { reads } = useReef();
  const { data: own } = useQuery({ ...sessionsQuery(reads), structuralSharing: true, select: countIndex });
  const loaded = useLoadingCounts();
  if (own?.isWhole) return own;
  // Sessions that need a person were read first, and completely.
  return { ...loaded, ...(own && { needsYou: own.needsYou }) };
}

/**
 * Returns the server's counts while the sessions are being read; null before they arrive, undefined once they are not
 * needed.
 */
export function useLoadingCounts(): SessionCounts | null | undefined {
  const { reads } = useReef();
  const { data: isWhole } = useQuery({ ...sessionsQuery(reads), select: (index) => index.isWhole });
  const { data = null } = useQuery({
    ...sessionCountsQuery(reads),
    enabled: isWhole === false, // what needs a person comes first
    refetchInterval: whileLoadingMs,
  });
  return isWhole ? undefined : data;
}

function countIndex(index: SessionIndex): Counts & { readonly isWhole: boolean } {
  const { running, waiting, queued } = countWork(index);
  const counts = { needsYou: 0, unread: 0, failed: 0 };
  for (const session of index.byId.values()) {
    if (session.archivedAt !== null) continue;
    if (needsPerson(session)) counts.needsYou += 1;
    for (const state of stateFilters) {
      if (state !== "running" && isInState(session, state)) counts[state] += 1;
    }
  }
  return { ...counts, running, waiting, queued, isWhole: index.isWhole };
}
