/** Reads how the turns of the last 24 hours ended, in half hours; again every minute. */
import type { TurnCounts } from "@reef/protocol/home";
import { useQuery } from "@tanstack/react-query";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { nowMs } from "../../ui/clock.ts";

const bucketMs = 30 * 60_000;
const shownMs = 24 * 60 * 60_000;
const readAgainMs = 60_000;

export function useTurnCounts(): TurnCounts | undefined {
  const { client } = useReef();
  const { data } = useQuery({
    queryKey: ["turn-counts"],
    queryFn: () => {
      const sinceMs = Math.ceil((nowMs() - shownMs) / bucketMs) * bucketMs;
      return wholeClient(client).turnCounts({ since: new Date(sinceMs).toISOString(), bucketMs });
    },
    refetchInterval: readAgainMs,
    staleTime: 5_000,
  });
  return data;
}
