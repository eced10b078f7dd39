/** Shows the asks of one session: the open ones, and those that were settled while this page showed them. */
import type { AskId, SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { asksQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { HeldKeys } from "../../ui/HeldKeys.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";

const AskCard = lazyPart("AskCard", () => import("./AskCard.tsx"));

/** Loads the card ahead, so that the first question appears immediately. */
export async function readAskAhead(): Promise<void> {
  await AskCard.readAhead();
}

/** Remounted for each session. */
export function AskStack({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { reads, askToFocus } = useReef();
  const { data: asks } = useQuery(asksQuery(reads));
  const [seenOpen, setSeenOpen] = useState<ReadonlySet<AskId>>(new Set());
  const own = [...(asks?.values() ?? [])].filter((ask) => ask.sessionId === sessionId);
  const openIds = own.flatMap((ask) => (ask.state === "open" && !seenOpen.has(ask.id) ? [ask.id] : [])).join(" ");
  useEffect(() => {
    if (openIds) setSeenOpen((seen) => new Set([...seen, ...(openIds.split(" ") as AskId[])]));
  }, [openIds]);
  const putAway = useCallback(
    (id: AskId) => setSeenOpen((seen) => new Set([...seen].filter((each) => each !== id))),
    [],
  );
  const isAwaited = useCell(askToFocus) === sessionId;
  // Keys typed before the question can be read are neither an answer to it nor text for the composer.
  const waiting = isAwaited ? (
    <div data-ask>
      <HeldKeys into={null} onCancel={() => askToFocus.set(null)} />
    </div>
  ) : null;
  if (!asks) return waiting;
  return (
    <Part what="The question" look="line" fallback={waiting}>
      {own
        .filter((ask) => ask.state === "open" || seenOpen.has(ask.id))
        .map((ask) => (
          <AskCard key={ask.id} ask={ask} onDismiss={() => putAway(ask.id)} />
        ))}
    </Part>
  );
}
