/**
 * Returns what waits in a session's mailbox, as the page shows it. A message that is taken immediately never shows as
 * waiting: it would flash above the composer while it is in the transcript already.
 */
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { mailboxQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";

/** An idle session takes a message within a few milliseconds. */
const settlesMs = 500;

const none: readonly Message[] = [];

/** For a component that is remounted for each session: messages that waited before it show immediately. */
export function useWaiting(sessionId: SessionId): readonly Message[] {
  const { reads } = useReef();
  const { data } = useQuery(mailboxQuery(reads, sessionId));
  const [known, setKnown] = useState(() => (data ? idsOf(data) : null));
  const newest = useRef(none);
  newest.current = data ?? none;
  const isRead = data !== undefined;
  const isKnown = known !== null && newest.current.every(({ id }) => known.has(id));
  useEffect(() => {
    if (isKnown || !isRead) return;
    // The timer does not restart with each message, so that a mailbox that is never quiet shows as well.
    const timer = setTimeout(() => setKnown(idsOf(newest.current)), known ? settlesMs : 0);
    return () => clearTimeout(timer);
  }, [isKnown, known, isRead]);
  return useMemo(() => (data && known ? data.filter(({ id }) => known.has(id)) : none), [data, known]);
}

function idsOf(messages: readonly Message[]): ReadonlySet<MessageId> {
  return new Set(messages.map(({ id }) => id));
}
