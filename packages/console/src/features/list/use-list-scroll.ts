/** Scrolls the list: to its top when it is another list, otherwise to the row of the session on screen. */
import type { SessionId } from "@reef/protocol/ids";
import { type RefObject, useEffect, useRef } from "react";
import type { VListHandle } from "virtua";
import type { GroupInput, ListRow } from "../../data/list/list-row.ts";
import { useReef } from "../../data/reef.ts";
import { revealSession } from "./reveal-session.ts";

/** Another filter or grouping starts at the top: the old position means nothing in it. */
export function useScrollToTop(list: RefObject<VListHandle | null>, input: GroupInput | null): void {
  const look = input && `${input.groupBy} ${[...input.states].join(" ")} ${input.filter}`;
  const before = useRef(look);
  useEffect(() => {
    if (before.current !== null && before.current !== look) list.current?.scrollTo(0);
    before.current = look;
  }, [look, list]);
}

/** Height of the head of a group at the top, as `--group` has it. */
const headPx = (): number => (matchMedia("(pointer: coarse)").matches ? 44 : 30);

function scrollInView(list: VListHandle | null, index: number): void {
  if (!list) return;
  const topPx = list.getItemOffset(index) - headPx();
  if (topPx < list.scrollOffset) list.scrollTo(Math.max(0, topPx));
  else list.scrollToIndex(index, { align: "nearest" });
}

/** Scrolls once for each session that is opened: after that a person may scroll, fold and filter as they like. */
export function useActiveInView(
  list: RefObject<VListHandle | null>,
  {
    activeId,
    rows,
    isWhole,
  }: { readonly activeId: SessionId | null; readonly rows: readonly ListRow[]; readonly isWhole: boolean },
): void {
  const reef = useReef();
  const shown = useRef<SessionId | null>(null);
  const revealed = useRef<SessionId | null>(null);
  useEffect(() => {
    if (activeId === null) shown.current = null;
    if (activeId === null || shown.current === activeId) return;
    const index = rows.findIndex((row) => row.key === activeId);
    if (index >= 0) {
      // While rows still arrive above it, it keeps moving.
      if (isWhole) shown.current = activeId;
      scrollInView(list.current, index);
    } else if (isWhole && revealed.current !== activeId) {
      revealed.current = activeId;
      if (!revealSession(reef, activeId)) shown.current = activeId;
    }
  }, [reef, activeId, rows, isWhole, list]);
}
