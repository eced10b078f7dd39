/**
 * Reads what Home shows from the server as a whole: counts of thousands of sessions are never made here. Events say when to
 * read again; the first one is followed soon, a flood of them once a second.
 */
import type { Event } from "@reef/protocol/event";
import type { Home } from "@reef/protocol/home";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { nowMs } from "../../ui/clock.ts";

const soonMs = 60;
const everyMs = 1_000;

const told: ReadonlySet<Event["type"]> = new Set([
  "session.changed",
  "session.deleted",
  "ask.changed",
  "bot.changed",
  "bot.deleted",
  "schedule.changed",
  "schedule.deleted",
]);

/** How many of each group are shown first, and at most. */
const shownFirst = 5;
export const shownMost = 50;

export function useHome(isWhole: boolean): UseQueryResult<Home> {
  const { client, live, reads } = useReef();
  const limit = isWhole ? shownMost : shownFirst;
  const query = useQuery({
    queryKey: ["home", limit],
    queryFn: async () => {
      await reads.whenSubscribed();
      return await wholeClient(client).home({ limit });
    },
    staleTime: Number.POSITIVE_INFINITY,
    // The old content is shown while it is read again, so that the screen does not blink.
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
    placeholderData: (before: Home | undefined) => before,
  });
  const { refetch } = query;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let readAtMs = 0;
    const stop = live.onEvents((events) => {
      if (timer !== null || !events.some(({ type }) => told.has(type))) return;
      const waitMs = Math.max(soonMs, readAtMs + everyMs - nowMs());
      timer = setTimeout(() => {
        timer = null;
        readAtMs = nowMs();
        // A read that is under way may be older than the event.
        void refetch({ cancelRefetch: true });
      }, waitMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, refetch]);
  return query;
}
