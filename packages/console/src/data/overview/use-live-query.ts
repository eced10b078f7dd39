/**
 * Reads something that events keep up to date for as long as a part shows it, and forgets it afterwards: for screens
 * whose folds the first page does not need. The read races with events as everywhere; both orders give the same.
 */
import type { Event } from "@reef/protocol/event";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useReef } from "../reef.ts";

export interface LiveRead<State> {
  readonly queryKey: readonly string[];
  readonly read: () => Promise<State>;
  /** Applying an event twice changes nothing; a fold without effect returns the same object. */
  readonly fold: (state: State, events: readonly Event[]) => State;
  /** Folds at most this often, for a state that is costly to draw; without it, with every batch of events. */
  readonly everyMs?: number;
}

export function useLiveQuery<State>({ queryKey, read, fold, everyMs = 0 }: LiveRead<State>): UseQueryResult<State> {
  const { live, queryClient, reads } = useReef();
  const foldNow = useRef(fold);
  foldNow.current = fold;
  const keyText = JSON.stringify(queryKey);
  useEffect(() => {
    const key: readonly string[] = JSON.parse(keyText);
    const take = (events: readonly Event[]): void => {
      const state = queryClient.getQueryData<State>(key);
      if (state === undefined) return;
      const next = foldNow.current(state, events);
      if (next !== state) queryClient.setQueryData<State>(key, next);
    };
    let waiting: Event[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      if (everyMs === 0) {
        take(events);
        return;
      }
      waiting.push(...events);
      timer ??= setTimeout(() => {
        const batch = waiting;
        [waiting, timer] = [[], null];
        take(batch);
      }, everyMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, queryClient, keyText, everyMs]);
  return useQuery<State>({
    queryKey,
    queryFn: async () => {
      await reads.whenSubscribed();
      const since = reads.eventsFromHere();
      return fold(await read(), since());
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
}
