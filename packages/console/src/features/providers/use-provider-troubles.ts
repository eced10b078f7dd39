/** Reads which models are away, with what waits and failed because of it; again when sessions or messages change. */
import type { Event } from "@reef/protocol/event";
import type { ProviderTrouble } from "@reef/protocol/provider-wait";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

const queryKey = ["provider-waits"] as const;
/** Turns that wake together cause one read. */
const readAgainMs = 500;

export function useProviderTroubles(): readonly ProviderTrouble[] {
  const { client, live, queryClient, reads } = useReef();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.onEvents((events) => {
      if (timer !== undefined || !events.some(mayChangeIt)) return;
      timer = setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey });
      }, readAgainMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [live, queryClient]);
  const { data = [] } = useQuery({
    queryKey,
    queryFn: async () => {
      await reads.whenSubscribed();
      return (await wholeClient(client).providerWaits()).items;
    },
    staleTime: 0,
  });
  return data;
}

function mayChangeIt({ type }: Event): boolean {
  return type === "turn.changed" || type === "message.changed" || type.endsWith(".deleted");
}
