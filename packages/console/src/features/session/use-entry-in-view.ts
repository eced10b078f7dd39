/** Leads a reader to an entry: reads what is before it if need be, puts it in the middle, and marks it for a moment. */
import type { SessionId } from "@reef/protocol/ids";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";
import type { EntryWindow } from "../../data/cache.ts";
import { loadThrough } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import type { EntryTarget } from "./entry-address.ts";
import { rowIndexOfSeq, type TranscriptRow } from "./transcript-rows.ts";

const markedMs = 2_600;

export function useEntryInView({
  sessionId,
  target,
  rows,
  window: entryWindow,
  list,
  onLeave,
  onArrive,
}: {
  readonly sessionId: SessionId;
  readonly target: EntryTarget | null;
  readonly rows: readonly TranscriptRow[];
  readonly window: EntryWindow;
  readonly list: RefObject<VirtualizerHandle | null>;
  /** Called when the reader is led away from the end. */
  readonly onLeave: () => void;
  /** Called when the entry is in view. It may be at the end, and then nothing has scrolled. */
  readonly onArrive: () => void;
}): { readonly markedIndex: number | null } {
  const reef = useReef();
  const reached = useRef<EntryTarget | null>(null);
  const [marked, setMarked] = useState<EntryTarget | null>(null);
  const firstSeq = entryWindow.items[0]?.seq ?? Number.POSITIVE_INFINITY;
  const isLoaded = target !== null && firstSeq <= target.seq;

  useEffect(() => {
    if (!target || isLoaded) return;
    void attempt(reef, "Couldn't load the entry", () => loadThrough(reef.reads, { sessionId, seq: target.seq }));
  }, [reef, sessionId, target, isLoaded]);

  useLayoutEffect(() => {
    if (!target || !isLoaded || reached.current === target) return;
    const index = rowIndexOfSeq(rows, target.seq);
    if (index < 0) return;
    reached.current = target;
    onLeave();
    // In the frame after this one: rows that were just added above have moved everything first.
    requestAnimationFrame(() => {
      list.current?.scrollToIndex(index, { align: "center" });
      requestAnimationFrame(onArrive);
    });
    setMarked(target);
  }, [target, isLoaded, rows, list, onLeave, onArrive]);

  useEffect(() => {
    if (!marked) return;
    const timer = setTimeout(() => setMarked(null), markedMs);
    return () => clearTimeout(timer);
  }, [marked]);

  return { markedIndex: marked ? rowIndexOfSeq(rows, marked.seq) : null };
}
