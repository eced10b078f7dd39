/** Tracks long work as the server reports it: warm-ups, imports, transcripts that are being imported. */
import type { Progress } from "@reef/protocol/progress";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

const progressKey = ["gateways", "progress"] as const;

/** What runs now and what ended a while ago, newest first; kept up to date while something shows it. */
export function useProgressList(): readonly Progress[] {
  const { client, live, reads } = useReef();
  const queryClient = useQueryClient();
  useEffect(
    () =>
      live.onHint((hint) => {
        if (hint.type === "progress") takeProgress(queryClient, hint.progress);
      }),
    [live, queryClient],
  );
  const { data = [] } = useQuery({
    queryKey: progressKey,
    queryFn: async (): Promise<readonly Progress[]> => {
      await reads.whenSubscribed();
      const before = queryClient.getQueryData<readonly Progress[]>(progressKey) ?? [];
      const { items } = await wholeClient(client).progressList();
      // A frame that came during the read is newer than the read.
      return items.map((item) =>
        newerOf(
          before.find(({ id }) => id === item.id),
          item,
        ),
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  return data;
}

/** Puts the answer of a request, or a frame, into the list. */
export function takeProgress(queryClient: ReturnType<typeof useQueryClient>, progress: Progress): void {
  queryClient.setQueryData<readonly Progress[]>(progressKey, (list = []) => foldProgress(list, progress));
}

export function foldProgress(list: readonly Progress[], progress: Progress): readonly Progress[] {
  const at = list.findIndex(({ id }) => id === progress.id);
  if (at < 0) return [progress, ...list];
  return list.with(at, newerOf(list[at], progress));
}

/** Work that has ended does not run again. */
function newerOf(before: Progress | undefined, after: Progress): Progress {
  return before && before.state !== "running" && after.state === "running" ? before : after;
}
