/**
 * Keeps what is shown of a bot's memory true: events of memory only name what changed, so it is read again. Reads are
 * forgotten with the tab, so that nothing stale is shown when it comes back.
 */
import type { Client } from "@reef/client/client";
import type { BotId } from "@reef/protocol/ids";
import { type QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

/** A busy bot saves line after line; the lists follow at this pace. */
const followMs = 200;

export function memoryKey(botId: BotId, ...rest: readonly string[]): readonly string[] {
  return ["memory", botId, ...rest];
}

export function readMemoryAgain(queryClient: QueryClient, botId: BotId): void {
  void queryClient.invalidateQueries({ queryKey: memoryKey(botId) });
}

export function useMemoryEvents(botId: BotId): void {
  const { live, queryClient } = useReef();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      const isAbout = events.some(
        (event) =>
          (event.type === "memory.changed" ||
            event.type === "memory.deleted" ||
            event.type === "block.changed" ||
            event.type === "block.deleted" ||
            event.type === "grants.changed" ||
            event.type === "consolidation.changed" ||
            event.type === "memory_policy.changed") &&
          event.botId === botId,
      );
      if (!isAbout) return;
      timer ??= setTimeout(() => {
        timer = null;
        readMemoryAgain(queryClient, botId);
      }, followMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, queryClient, botId]);
}

export const memoryRead = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
  structuralSharing: false,
} as const;

/** Reads something of a bot's memory; `part` tells it from other reads. */
export function useMemoryRead<Answer>(
  botId: BotId,
  { part, read }: { readonly part: readonly string[]; readonly read: (client: Client) => Promise<Answer> },
): UseQueryResult<Answer> {
  const { client, reads } = useReef();
  return useQuery<Answer>({
    queryKey: memoryKey(botId, ...part),
    queryFn: async () => {
      await reads.whenSubscribed();
      return read(wholeClient(client));
    },
    ...memoryRead,
  });
}
