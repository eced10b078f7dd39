/** Reads the dead letters that are neither retried nor dismissed (MB7), newest first. */
import type { Event } from "@reef/protocol/event";
import type { MessageId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { useReef } from "../reef.ts";
import { useLiveQuery } from "./use-live-query.ts";

export type DeadLetters = ReadonlyMap<MessageId, Message>;

/** More are not read; anyone with so many has another problem first. */
export const maxDeadLetters = 1000;

export function foldDeadLetters(letters: DeadLetters, events: readonly Event[]): DeadLetters {
  let next: Map<MessageId, Message> | null = null;
  for (const event of events) {
    if (event.type === "message.changed") {
      const { message } = event;
      const isDead = message.state === "dead" && message.dismissedAt === null;
      if (!isDead && !(next ?? letters).has(message.id)) continue;
      next ??= new Map(letters);
      if (isDead) next.set(message.id, message);
      else next.delete(message.id);
    } else if (event.type === "session.deleted") {
      for (const { id, sessionId } of (next ?? letters).values()) {
        if (sessionId !== event.sessionId) continue;
        next ??= new Map(letters);
        next.delete(id);
      }
    }
  }
  return next ?? letters;
}

export function useDeadLetters(): DeadLetters | undefined {
  const { client } = useReef();
  return useLiveQuery<DeadLetters>({
    queryKey: ["dead-letters"],
    read: async () => {
      const { items } = await client.messages({ state: "dead", dismissed: false, limit: maxDeadLetters });
      return new Map(items.map((message) => [message.id, message]));
    },
    fold: foldDeadLetters,
  }).data;
}
