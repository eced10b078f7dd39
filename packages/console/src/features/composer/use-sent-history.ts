/** Recalls with ↑ and ↓ what a person wrote in this session before. */
import type { SessionId } from "@reef/protocol/ids";
import { type KeyboardEvent, useCallback, useRef } from "react";
import type { EntryWindow } from "../../data/cache.ts";
import { queryKeys } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { sentTexts, stepInHistory } from "./sent-history.ts";

/** Returns the text that a key press recalls; null when the press does something else. */
export function useSentHistory(sessionId: SessionId): (event: KeyboardEvent, shown: string) => string | null {
  const { queryClient } = useReef();
  const at = useRef(-1);
  return useCallback(
    (event, shown) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
      const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : null;
      if (step === null) return null;
      const entries = queryClient.getQueryData<EntryWindow>(queryKeys.entries(sessionId))?.items ?? [];
      const texts = sentTexts(entries);
      const next = stepInHistory(texts, { shown, at: at.current, step });
      if (next === null) return null;
      at.current = next;
      return next < 0 ? "" : (texts[next] ?? "");
    },
    [queryClient, sessionId],
  );
}
