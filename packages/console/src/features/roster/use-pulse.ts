/** Reads how busy each bot was in the last 24 hours, in hours; again every minute, and soon after a turn's end. */
import type { BotId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { nowMs } from "../../ui/clock.ts";

const bucketMs = 60 * 60_000;
const shownMs = 24 * 60 * 60_000;
const readAgainMs = 60_000;
const readSoonMs = 3_000;

export interface RosterPulse {
  readonly stepsByBot: ReadonlyMap<BotId, readonly number[]>;
  /** The busiest hour of any bot. */
  readonly peak: number;
}

export function usePulse(): RosterPulse {
  const { client, live } = useReef();
  const { data, refetch } = useQuery({
    queryKey: ["pulse"],
    queryFn: async () => {
      const sinceMs = Math.ceil((nowMs() - shownMs) / bucketMs) * bucketMs;
      return (await wholeClient(client).pulse({ since: new Date(sinceMs).toISOString(), bucketMs })).items;
    },
    refetchInterval: readAgainMs,
    staleTime: readSoonMs,
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      if (timer !== null || !events.some((event) => event.type === "turn.changed")) return;
      timer = setTimeout(() => {
        timer = null;
        void refetch();
      }, readSoonMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, refetch]);
  return useMemo(
    () => ({
      stepsByBot: new Map(data?.map(({ botId, steps }) => [botId, steps])),
      peak: Math.max(1, ...(data ?? []).flatMap(({ steps }) => steps)),
    }),
    [data],
  );
}
