/** Reads the connected folders; events keep them true. */
import type { Event } from "@reef/protocol/event";
import type { RootId } from "@reef/protocol/ids";
import type { Root, RootWithFiles } from "@reef/protocol/root";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

export function useRoots(): UseQueryResult<readonly Root[]> {
  const { client } = useReef();
  return useLiveQuery<readonly Root[]>({
    queryKey: ["roots"],
    read: async () => (await wholeClient(client).roots()).items,
    fold: foldRoots,
  });
}

function foldRoots(roots: readonly Root[], events: readonly Event[]): readonly Root[] {
  let next = roots;
  for (const event of events) {
    if (event.type === "root.deleted") next = next.filter(({ id }) => id !== event.rootId);
    if (event.type !== "root.changed") continue;
    const { root } = event;
    const isKnown = next.some(({ id }) => id === root.id);
    next = isKnown ? next.map((each) => (each.id === root.id ? root : each)) : [...next, root];
  }
  return next;
}

/** `version` is when the folder changed last, so that its lists are read again. */
export function useRootFiles(id: RootId, version: string): UseQueryResult<RootWithFiles> {
  const { client } = useReef();
  return useQuery({
    queryKey: ["root", id, version],
    queryFn: () => wholeClient(client).root(id),
    gcTime: 0,
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });
}
