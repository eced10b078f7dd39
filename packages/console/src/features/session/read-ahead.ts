/** Reads the transcripts a person is likely to open next, so that a switch finds them here and only has to paint. */
import type { SessionId } from "@reef/protocol/ids";
import { useEffect } from "react";
import { visibleSessionIds } from "../../data/list/group-sessions.ts";
import { entriesQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { numberedSessions } from "../list/session-numbers.ts";

/** Sessions on each side of the one on screen: a hand on the arrow keys is faster than one read. */
const neighbours = 3;

function readAhead({ queryClient, reads }: Reef, ids: Iterable<SessionId>): void {
  for (const id of new Set(ids)) void queryClient.prefetchQuery(entriesQuery(reads, id));
}

/** A held modifier announces a jump: its possible targets are read before the second key comes down. */
export function readJumpTargets(reef: Reef, active: SessionId | null): void {
  const ids = visibleSessionIds(reef.listRows.get());
  readAhead(reef, [...numberedSessions(reef), ...sessionsAround(ids, active)]);
}

/** Keeps the sessions beside the active one read, beginning when that one has been painted. */
export function useNeighboursAhead(active: SessionId | null): void {
  const reef = useReef();
  useEffect(() => {
    if (!active) return;
    const read = (): void => readAhead(reef, sessionsAround(visibleSessionIds(reef.listRows.get()), active));
    // After this frame's paint.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(read, 0);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [reef, active]);
}

function sessionsAround(ids: readonly SessionId[], active: SessionId | null): readonly SessionId[] {
  const at = active === null ? -1 : ids.indexOf(active);
  return at < 0 ? [] : ids.slice(Math.max(0, at - neighbours), at + neighbours + 1);
}
