/** Returns the newest whole words of the answer that a session writes; null while it writes none. */
import type { SessionId } from "@reef/protocol/ids";
import { useSyncExternalStore } from "react";
import { useReef } from "../../data/reef.ts";
import { plainWords } from "../../ui/last-words.ts";

const shownLength = 160;

export function useLiveWords(sessionId: SessionId): string | null {
  const { glimpses } = useReef().live;
  return useSyncExternalStore(glimpses.subscribe, () => {
    for (const { sessionId: writing, text } of glimpses.get().values()) {
      if (writing === sessionId && text.trim() !== "") return newestWords(text);
    }
    return null;
  });
}

/** Returns the line that is being written, from its newest sentence on, so that it is cut at the right. */
function newestWords(text: string): string {
  const tail = plainWords(text.slice(-shownLength)).trim();
  const line = tail.slice(tail.lastIndexOf("\n") + 1).trim();
  const sentence = line.match(/[^.!?]+[.!?]*\s*$/)?.[0].trim() ?? line;
  return sentence.length > 12 ? sentence : line;
}
