/** The numbers of all turns of one session, live: they are read again when a turn of it moved on. Its open turn makes the time move. */
import type { Usage } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import { noUsage } from "@reef/protocol/usage";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../reef.ts";
import { useNow } from "../ui/use-now.ts";
import { workedMs } from "./turn-sums.ts";

const readAtMostEveryMs = 1_000;

export function useTurnSums(sessionId: SessionId): {
  readonly turns: number;
  readonly used: Usage;
  readonly workedMs: number;
} {
  const { client, live, queryClient, reads } = useReef();
  const queryKey = ["turn-sums", sessionId] as const;
  const { data } = useQuery({
    queryKey,
    queryFn: async () => {
      await reads.whenSubscribed();
      return client.turnSums(sessionId);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      const isOwn = events.some((event) => event.type === "turn.changed" && event.turn.sessionId === sessionId);
      if (!isOwn) return;
      timer ??= setTimeout(() => {
        timer = null;
        void queryClient.invalidateQueries({ queryKey: ["turn-sums", sessionId] });
      }, readAtMostEveryMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, queryClient, sessionId]);
  const openSinceMs = data?.openSince ? Date.parse(data.openSince) : null;
  const now = useNow(1000, openSinceMs !== null);
  return {
    turns: data?.turns ?? 0,
    used: data?.usage ?? noUsage,
    workedMs: workedMs({ endedMs: data?.endedMs ?? 0, openSinceMs }, now),
  };
}
