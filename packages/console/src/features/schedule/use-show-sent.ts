/** Opens the entry of the message that a schedule sent last; its session while the message still waits there. */
import type { Schedule } from "@reef/protocol/schedule";
import { useCallback } from "react";
import { useShowEntry } from "../session/use-show-entry.ts";

export function useShowSent(): (schedule: Schedule) => void {
  const showEntry = useShowEntry();
  return useCallback(
    ({ sessionId, lastAt, lastMessageId, updatedAt }) =>
      void showEntry({
        sessionId,
        at: lastAt ?? updatedAt,
        isIt: ({ messageId }) => messageId !== null && messageId === lastMessageId,
      }),
    [showEntry],
  );
}
