/**
 * Folds a batch of events into every cache that has been read. A cache that has not been read yet is left to its first
 * read.
 */
import type { Event } from "@reef/protocol/event";
import type { SessionId } from "@reef/protocol/ids";
import type { QueryClient } from "@tanstack/react-query";
import {
  type EntryWindow,
  eventsBySession,
  foldAsks,
  foldBots,
  foldEntries,
  foldMailbox,
  foldSessions,
  foldTopics,
  foldTurn,
  foldTurns,
} from "./cache.ts";
import { queryKeys } from "./queries.ts";

/** Returns the sessions whose entries do not join the loaded ones, and must be read again. */
export function applyEvents(queryClient: QueryClient, events: readonly Event[]): readonly SessionId[] {
  patch(queryClient, queryKeys.sessions, { events, fold: foldSessions });
  patch(queryClient, queryKeys.bots, { events, fold: foldBots });
  patch(queryClient, queryKeys.topics, { events, fold: foldTopics });
  patch(queryClient, queryKeys.asks, { events, fold: foldAsks });
  if (events.some(({ type }) => isAboutModels(type))) readModelsAgain(queryClient);
  const gaps: SessionId[] = [];
  for (const [sessionId, own] of eventsBySession(events)) {
    patch(queryClient, queryKeys.mailbox(sessionId), { events: own, fold: foldMailbox });
    patch(queryClient, queryKeys.turn(sessionId), { events: own, fold: foldTurn });
    patch(queryClient, queryKeys.turns(sessionId), { events: own, fold: foldTurns });
    patch(queryClient, queryKeys.entries(sessionId), { events: own, fold: foldEntries });
    if (queryClient.getQueryData<EntryWindow>(queryKeys.entries(sessionId))?.hasGap) gaps.push(sessionId);
  }
  return gaps;
}

function isAboutModels(type: Event["type"]): boolean {
  return /^(provider|secret|models)\./.test(type);
}

/** No event says what a provider offers, or whether it can be reached. */
function readModelsAgain(queryClient: QueryClient): void {
  for (const queryKey of [queryKeys.providers, queryKeys.models, queryKeys.status]) {
    void queryClient.invalidateQueries({ queryKey });
  }
}

function patch<State>(
  queryClient: QueryClient,
  queryKey: readonly string[],
  {
    events,
    fold,
  }: { readonly events: readonly Event[]; readonly fold: (state: State, events: readonly Event[]) => State },
): void {
  const state = queryClient.getQueryData<State>(queryKey);
  if (state === undefined) return;
  const next = fold(state, events);
  // Setting the same object would still wake every observer.
  if (next !== state) queryClient.setQueryData(queryKey, next);
}
