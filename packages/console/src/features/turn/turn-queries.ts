/** Reads a session's turns, kept up to date by events as those of queries.ts are. */
import type { SessionId } from "@reef/protocol/ids";
import type { Turn } from "@reef/protocol/turn";
import { queryOptions } from "@tanstack/react-query";
import { foldTurn, foldTurns } from "../../data/cache.ts";
import { eventsOf, kept, listedSession, queryKeys, type ReadContext } from "../../data/queries.ts";

const newestTurns = 100;

export function turnQuery(context: ReadContext, sessionId: SessionId) {
  return queryOptions({
    queryKey: queryKeys.turn(sessionId),
    queryFn: async (): Promise<Turn | null> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      if (listedSession(context, sessionId)?.turnId === null) return null;
      const { items } = await context.client.turnsOfSession(sessionId, { limit: 1 });
      const newest = items[0];
      const open = newest && (newest.state === "running" || newest.state === "waiting") ? newest : null;
      return foldTurn(open, eventsOf(since(), sessionId));
    },
    ...kept,
  });
}

/** Reads the newest turns of a session, newest first. */
export function turnsQuery(context: ReadContext, sessionId: SessionId) {
  return queryOptions({
    queryKey: queryKeys.turns(sessionId),
    queryFn: async (): Promise<readonly Turn[]> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      const { items } = await context.client.turnsOfSession(sessionId, { limit: newestTurns });
      return foldTurns(items, eventsOf(since(), sessionId));
    },
    ...kept,
  });
}
