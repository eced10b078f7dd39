/** Returns the newest sentence of the answer that a session writes; null while it writes none. */
import type { SessionId } from "@reef/protocol/ids";
import { useSyncExternalStore } from "react";
import { useReef } from "../../data/reef.ts";
import { newestSentence } from "../../ui/newest-sentence.ts";

export function useLiveWords(sessionId: SessionId): string | null {
  const { glimpses } = useReef().live;
  return useSyncExternalStore(glimpses.subscribe, () => {
    for (const { sessionId: writing, text } of glimpses.get().values()) {
      if (writing === sessionId && text.trim() !== "") return newestSentence(text);
    }
    return null;
  });
}
