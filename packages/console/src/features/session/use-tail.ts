/** Returns what follows the last entry of a session: the live text, and messages on their way. */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { mailboxQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { outgoingItems, type Tail } from "./transcript-rows.ts";

const nothingWaits: readonly Message[] = [];

export function useTail(
  sessionId: SessionId,
  { entries, waiting }: { readonly entries: readonly Entry[]; readonly waiting: readonly Message[] },
): Tail {
  const { live, outbox, reads } = useReef();
  const text = useSyncExternalStore(live.texts.subscribe, () => liveOf(live.texts.get(), sessionId));
  const phase = useSyncExternalStore(live.phases.subscribe, () => liveOf(live.phases.get(), sessionId));
  const items = useCell(outbox.items);
  const { data: mailbox = nothingWaits } = useQuery(mailboxQuery(reads, sessionId));
  const mailboxBefore = useRef(mailbox);
  const outgoing = useMemo(() => {
    const own = items.filter((item) => item.sessionId === sessionId);
    return outgoingItems(own, { entries, waitingIds: new Set<string>(waiting.map(({ id }) => id)) });
  }, [items, entries, waiting, sessionId]);
  useEffect(() => {
    // It arrived: it is an entry or waits in the mailbox. Kept, it would reappear when the message is withdrawn.
    for (const item of items) {
      if (item.sessionId === sessionId && item.state === "accepted" && !outgoing.includes(item))
        outbox.remove(item.key);
    }
  }, [items, outgoing, outbox, sessionId]);
  useEffect(() => {
    // A message that has left the mailbox is an entry, or was withdrawn before it ever showed as waiting.
    const left = mailboxBefore.current.filter((message) => !mailbox.includes(message));
    mailboxBefore.current = mailbox;
    for (const { key, messageId } of items) {
      const isGone = left.some(({ id }) => id === messageId) && mailbox.every(({ id }) => id !== messageId);
      if (isGone) outbox.remove(key);
    }
  }, [mailbox, items, outbox]);
  return useMemo(() => ({ live: text, phase, outgoing }), [text, phase, outgoing]);
}

/** A session has at most one running turn. */
export function liveOf<One extends { readonly sessionId: SessionId }>(
  live: ReadonlyMap<unknown, One>,
  sessionId: SessionId,
): One | null {
  for (const one of live.values()) if (one.sessionId === sessionId) return one;
  return null;
}
