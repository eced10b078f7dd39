/** Addresses an entry as its session's address with `#e` and its number: it can be copied, sent, and opened later. */
import type { SessionId } from "@reef/protocol/ids";
import { useMemo } from "react";
import { useLocation } from "../../ui/router.tsx";

/** The entry that the address names. Each visit is a new object, so that going there twice shows it twice. */
export interface EntryTarget {
  readonly seq: number;
}

export function entryHash(seq: number): string {
  return `e${seq}`;
}

export function seqOfHash(hash: string): number | null {
  const seq = /^#e([1-9]\d{0,14})$/.exec(hash)?.[1];
  return seq ? Number(seq) : null;
}

export function useEntryTarget(sessionId: SessionId): EntryTarget | null {
  const location = useLocation();
  return useMemo(() => {
    const seq = seqOfHash(location.hash);
    return seq !== null && location.pathname === `/s/${sessionId}` ? { seq } : null;
  }, [location, sessionId]);
}
