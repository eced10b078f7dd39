/**
 * Reads, live, what the server derives from a session's turns: again when one of them changed, at most once a second.
 */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";

const readAtMostEveryMs = 1_000;

/** `name` tells it from other reads of the session. */
export function useReadAfterTurns<Data>(
  sessionId: SessionId,
  { name, read }: { readonly name: string; readonly read: () => Promise<Data> },
): Data | undefined {
  const { live, queryClient, reads } = useReef();
  const { data } = useQuery({
    queryKey: [name, sessionId],
    queryFn: async () => {
      await reads.whenSubscribed();
      return read();
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
        void queryClient.invalidateQueries({ queryKey: [name, sessionId] });
      }, readAtMostEveryMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, queryClient, name, sessionId]);
  return data;
}
