/** Keeps the list's rows up to date, grouped anew only when a session's place can have changed. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo } from "react";
import { emptySessionIndex, type SessionIndex } from "../cache.ts";
import { useCell } from "../cell.ts";
import { botsQuery, queryKeys, sessionsQuery, topicsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { groupSessions } from "./group-sessions.ts";

/** Used once, by the shell. */
export function useListRows(): void {
  const { queryClient, reads, listRows, listView } = useReef();
  const { data: shape } = useQuery({ ...sessionsQuery(reads), select: (index) => index.shape });
  const { data: topics } = useQuery(topicsQuery(reads));
  const { data: bots } = useQuery(botsQuery(reads));
  const { filter, folded, opened } = useCell(listView);
  const deferredFilter = useDeferredValue(filter);
  // Bots change with every turn; only a filter looks at their names.
  const botNames = deferredFilter.trim() === "" ? undefined : bots;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the sessions that are read here
  const rows = useMemo(() => {
    const { byId } = queryClient.getQueryData<SessionIndex>(queryKeys.sessions) ?? emptySessionIndex;
    return groupSessions({
      sessions: byId,
      topics: topics ?? [],
      bots: botNames ?? new Map(),
      filter: deferredFilter,
      folded,
      opened,
    });
  }, [queryClient, shape, topics, botNames, deferredFilter, folded, opened]);
  useEffect(() => listRows.set(rows), [listRows, rows]);
}
