/** Returns the newest sentence of the answer that one of the sessions writes; null while none writes. */
import type { SessionId } from "@reef/protocol/ids";
import { useSyncExternalStore } from "react";
import { newestSentence } from "../ui/newest-sentence.ts";
import { useReef } from "./reef.ts";

export function useLiveWords(isOwn: (sessionId: SessionId) => boolean): string | null {
  const { glimpses } = useReef().live;
  return useSyncExternalStore(glimpses.subscribe, () => {
    let words: string | null = null;
    for (const { sessionId, text } of glimpses.get().values()) {
      if (isOwn(sessionId) && text.trim() !== "") words = newestSentence(text);
    }
    return words;
  });
}
