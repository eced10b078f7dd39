/** The asks of one session: the open ones, and those that were settled while this page looked at them. */
import type { AskId, SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useCallback, useEffect, useState } from "react";
import { asksQuery } from "../queries.ts";
import { useReef } from "../reef.ts";

const loadCard = () => import("./AskCard.tsx");
const AskCard = lazy(async () => ({ default: (await loadCard()).AskCard }));

/** So that the first question is there at once. */
export async function readAskAhead(): Promise<void> {
  await loadCard();
}

/** Mounted anew for each session. */
export function AskStack({ sessionId }: { readonly sessionId: SessionId }): ReactElement {
  const { reads } = useReef();
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
  return (
    <Suspense fallback={null}>
      {own
        .filter((ask) => ask.state === "open" || seenOpen.has(ask.id))
        .map((ask) => (
          <AskCard key={ask.id} ask={ask} onDismiss={() => putAway(ask.id)} />
        ))}
    </Suspense>
  );
}
