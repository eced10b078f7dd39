/** Keeps the list's rows up to date, grouped again only when a session's place can have changed. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo } from "react";
import { emptySessionIndex, type SessionIndex } from "../../data/cache.ts";
import { groupSessions } from "../../data/list/group-sessions.ts";
import { botsQuery, queryKeys, sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { nowMs } from "../../ui/clock.ts";

/** Used once, by the shell. */
export function useListRows(): void {
  const { queryClient, reads, listInput, listRows, listView } = useReef();
  const { data: shape } = useQuery({ ...sessionsQuery(reads), select: (index) => index.shape });
  const { data: topics } = useQuery(topicsQuery(reads));
  const { data: bots } = useQuery(botsQuery(reads));
  const { filter, folded, opened, groupBy, states } = useCell(listView);
  const isByState = states.size > 0 || groupBy === "state" || groupBy === "date";
  const { data: stateShape } = useQuery({ ...sessionsQuery(reads), select: (index) => (isByState ? index.states : 0) });
  const deferredFilter = useDeferredValue(filter);
  // Bots change with every turn; only a filter and the groups by bot read their names.
  const botNames = deferredFilter.trim() === "" && groupBy !== "bot" ? undefined : bots;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` and `stateShape` represent the sessions that are read here
  const input = useMemo(() => {
    const { byId, isWhole } = queryClient.getQueryData<SessionIndex>(queryKeys.sessions) ?? emptySessionIndex;
    return {
      sessions: byId,
      topics: topics ?? [],
      bots: botNames ?? new Map(),
      filter: deferredFilter,
      folded,
      opened,
      groupBy,
      states,
      nowMs: nowMs(),
      isWhole,
    };
  }, [queryClient, shape, stateShape, topics, botNames, deferredFilter, folded, opened, groupBy, states]);
  const rows = useMemo(() => groupSessions(input), [input]);
  useEffect(() => {
    listInput.set(input);
    listRows.set(rows);
  }, [listInput, listRows, input, rows]);
}
