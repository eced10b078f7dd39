/** On the line of the turn that failed last, while its messages are undelivered: try them again, or let them be. */
import type { MessageAction } from "@reef/protocol/bulk";
import type { Entry } from "@reef/protocol/entry";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { entriesQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";

export function RetryTurn({ entry: { id, sessionId } }: { readonly entry: Entry }): ReactElement | null {
  const reef = useReef();
  const { client, reads } = reef;
  const { data: isLast = false } = useQuery({
    ...entriesQuery(reads, sessionId),
    select: ({ items }) => items.findLast(({ notice }) => notice?.type === "failed")?.id === id,
  });
  const { data: session } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => byId.get(sessionId),
  });
  const isOpen = isLast && session?.status === "failed";
  const { data: dead } = useQuery({
    queryKey: ["dead", sessionId, session?.updatedAt],
    queryFn: async () => (await client.messages({ sessionId, state: "dead", dismissed: false, limit: 20 })).items,
    enabled: isOpen,
  });
  if (!isOpen || !dead?.length) return null;
  const actOnAll = (what: string, action: MessageAction): void =>
    void attempt(reef, what, async () => {
      await client.bulkMessages({ filter: { sessionId, state: "dead", dismissed: false }, action });
    });
  return (
    <>
      <Button look="quiet" isSmall onClick={() => actOnAll("Couldn't dismiss", "dismiss")}>
        Dismiss
      </Button>
      <Button isSmall onClick={() => actOnAll("Couldn't retry", "retry")}>
        Retry
      </Button>
    </>
  );
}
