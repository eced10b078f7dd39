/** Returns the newest whole words of the answer that one of the sessions writes; null while none writes. */
import type { SessionId } from "@reef/protocol/ids";
import { useSyncExternalStore } from "react";
import { plainWords } from "../ui/last-words.ts";
import { tickerWords } from "../ui/ticker-words.ts";
import { useReef } from "./reef.ts";

const shownLength = 64;

export function useLiveWords(isOwn: (sessionId: SessionId) => boolean): string | null {
  const { glimpses } = useReef().live;
  return useSyncExternalStore(glimpses.subscribe, () => {
    let words: string | null = null;
    for (const { sessionId, text } of glimpses.get().values()) {
      if (isOwn(sessionId)) words = tickerWords(plainWords(text), shownLength) ?? words;
    }
    return words;
  });
}
