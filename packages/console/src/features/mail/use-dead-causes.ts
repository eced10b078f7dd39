/**
 * Reads the causes of the dead letters that are neither retried nor dismissed, as the server groups them; again when one of them
 * changes.
 */
import type { Event } from "@reef/protocol/event";
import type { DeadCause } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";

const queryKey = ["dead-causes"] as const;
/** Seventeen that fail together cause one read. */
const readAgainMs = 300;

export function useDeadCauses(): readonly DeadCause[] | undefined {
  const { client, live, queryClient, reads } = useReef();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.onEvents((events) => {
      if (timer !== undefined || !events.some(isAboutDead)) return;
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
  const { data } = useQuery({
    queryKey,
    queryFn: async () => {
      await reads.whenSubscribed();
      return (await client.deadCauses()).items;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

function isAboutDead(event: Event): boolean {
  if (event.type === "session.deleted" || event.type === "bot.deleted") return true;
  return event.type === "message.changed" && (event.message.state === "dead" || event.message.retries > 0);
}
