/**
 * Repeats the head of the group at the top of the list while the head itself is above it. For the eye and the pointer: screen readers have the real
 * one.
 */
import { type ReactElement, type RefObject, useEffect, useState } from "react";
import type { VListHandle } from "virtua";
import type { GroupRow, ListRow } from "../../data/list/list-row.ts";
import { toggleGroup } from "../../data/list/list-view.ts";
import { useReef } from "../../data/reef.ts";
import styles from "./GroupHead.module.css";
import { GroupName } from "./GroupHead.tsx";
import { useLoadingCounts } from "./use-counts.ts";

export function StickyHead({
  box,
  list,
  rows,
}: {
  readonly box: RefObject<HTMLElement | null>;
  readonly list: RefObject<VListHandle | null>;
  readonly rows: readonly ListRow[];
}): ReactElement | null {
  const { listView } = useReef();
  const [at, setAt] = useState<number | null>(null);
  const isLoading = useLoadingCounts() !== undefined;
  useEffect(() => {
    let frame = 0;
    // A frame later: the list handles the scroll after this, and would still report its old position.
    const look = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setAt(list.current && headAbove(list.current, rows)));
    };
    look();
    const element = box.current;
    element?.addEventListener("scroll", look, { capture: true, passive: true });
    return () => {
      cancelAnimationFrame(frame);
      element?.removeEventListener("scroll", look, { capture: true });
    };
  }, [box, list, rows]);
  const group = at === null ? undefined : rows[at];
  if (at === null || group?.type !== "group") return null;
  const fold = (): void => {
    toggleGroup(listView, group.key);
    list.current?.scrollToIndex(at);
  };
  return (
    <div className={styles.sticky}>
      <button type="button" className={styles.button} aria-hidden="true" tabIndex={-1} onClick={fold}>
        <GroupName group={group} count={isLoading ? undefined : group.sessionIds.length} />
      </button>
    </div>
  );
}

/** Returns the position of the head that has scrolled out at the top; null if none has. */
function headAbove(list: VListHandle, rows: readonly ListRow[]): number | null {
  const first = list.findItemIndex(list.scrollOffset);
  const at = rows.slice(0, first + 1).findLastIndex((row: ListRow): row is GroupRow => row.type === "group");
  return at >= 0 && list.getItemOffset(at) < list.scrollOffset - 1 ? at : null;
}
