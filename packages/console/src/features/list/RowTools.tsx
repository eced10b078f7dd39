/**
 * Adds to the list's rows: the scroll position, the head of the current group, three buttons on the row under the pointer,
 * and the menu of a row. They exist once for the whole list, so that ten thousand rows stay light.
 */
import type { SessionId } from "@reef/protocol/ids";
import { Archive, Ellipsis, Pin } from "lucide";
import { type ReactElement, type RefObject, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import type { VListHandle } from "virtua";
import type { SessionIndex } from "../../data/cache.ts";
import type { ListRow } from "../../data/list/list-row.ts";
import { queryKeys } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { replayHeld } from "../../ui/held-keys.ts";
import { Icon } from "../../ui/Icon.tsx";
import { OpenMenu } from "../../ui/OpenMenu.tsx";
import { useRouter } from "../../ui/router.tsx";
import { actOnRows } from "./list-acts.ts";
import styles from "./RowTools.module.css";
import { rowEntries } from "./row-entries.ts";
import { type RowMenuAt, rowAt } from "./row-menu.ts";
import { StickyHead } from "./StickyHead.tsx";
import { useActiveInView, useScrollToTop } from "./use-list-scroll.ts";
import { useLongPress } from "./use-long-press.ts";

export interface RowToolsProps {
  /** The element that contains the list. */
  readonly box: RefObject<HTMLElement | null>;
  readonly list: RefObject<VListHandle | null>;
  readonly rows: readonly ListRow[];
  readonly activeId: SessionId | null;
  /** The row whose menu is open. */
  readonly menuAt: RowMenuAt | null;
  readonly onMenu: (at: RowMenuAt | null) => void;
}

export function RowTools({ box, list, rows, activeId, menuAt, onMenu }: RowToolsProps): ReactElement {
  const { listInput } = useReef();
  const input = useCell(listInput);
  useScrollToTop(list, input);
  // From when the rows were made: the query itself is ahead of them.
  useActiveInView(list, { activeId, rows, isWhole: input?.isWhole === true });
  useLongPress(box, onMenu);
  const hovered = useHoveredRow(box, menuAt !== null);
  return (
    <>
      <StickyHead box={box} list={list} rows={rows} />
      {hovered?.place.isConnected &&
        createPortal(
          <div className={styles.tools} data-row-tools>
            <HoverButtons id={hovered.id} onMenu={onMenu} />
          </div>,
          hovered.place,
        )}
      {menuAt && (
        <RowMenu key={`${menuAt.id} ${menuAt.x} ${menuAt.y}`} at={menuAt} activeId={activeId} onMenu={onMenu} />
      )}
    </>
  );
}

/** For the pointer; keys have the row itself, and its menu. */
function HoverButtons({
  id,
  onMenu,
}: {
  readonly id: SessionId;
  readonly onMenu: RowToolsProps["onMenu"];
}): ReactElement | null {
  const reef = useReef();
  const session = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(id);
  if (!session) return null;
  const pin = session.pinned ? "Unpin" : "Pin";
  const act = (action: "list-pin" | "list-archive") => () => void actOnRows(reef, { ids: [id], action });
  return (
    <>
      <Button
        look="quiet"
        isSquare
        isSmall
        tabIndex={-1}
        aria-label={`${pin} ${session.title}`}
        title={pin}
        onClick={act("list-pin")}
      >
        <Icon icon={Pin} size={14} />
      </Button>
      <Button
        look="quiet"
        isSquare
        isSmall
        tabIndex={-1}
        aria-label={`Archive ${session.title}`}
        title="Archive"
        onClick={act("list-archive")}
      >
        <Icon icon={Archive} size={14} />
      </Button>
      <Button
        look="quiet"
        isSquare
        isSmall
        tabIndex={-1}
        aria-label={`More for ${session.title}`}
        title="More"
        onClick={({ currentTarget }) => {
          const { left, bottom } = currentTarget.getBoundingClientRect();
          onMenu({ id, x: left, y: bottom, isByKey: false });
        }}
      >
        <Icon icon={Ellipsis} size={14} />
      </Button>
    </>
  );
}

function RowMenu({
  at,
  activeId,
  onMenu,
}: {
  readonly at: RowMenuAt;
  readonly activeId: SessionId | null;
  readonly onMenu: RowToolsProps["onMenu"];
}): ReactElement {
  const reef = useReef();
  const router = useRouter();
  useEffect(() => {
    if (at.isByKey) void replayHeld([{ key: "ArrowDown" }], "[role=menu]");
  }, [at]);
  const close = (): void => {
    onMenu(null);
    document.querySelector<HTMLElement>(`nav [data-session="${at.id}"]`)?.focus({ preventScroll: true });
  };
  return (
    <OpenMenu
      trigger={<span className={styles.point} style={{ left: `${at.x}px`, top: `${at.y}px` }} />}
      entries={() => rowEntries(reef, { id: at.id, activeId, router })}
      onClosed={close}
    />
  );
}

interface HoveredRow {
  readonly id: SessionId;
  /** What is drawn of the row; the buttons move with it. */
  readonly place: HTMLElement;
}

/** Returns the row under the pointer; null while a menu is open, and for a finger. */
function useHoveredRow(box: RefObject<HTMLElement | null>, isOff: boolean): HoveredRow | null {
  const [hovered, setHovered] = useState<HoveredRow | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const stop = new AbortController();
    const { signal } = stop;
    const leave = (): void => setHovered(null);
    const over = (event: PointerEvent): void => {
      if (event.pointerType !== "mouse" || event.buttons !== 0) {
        leave();
        return;
      }
      if ((event.target as Element).closest("[data-row-tools]")) return;
      const row = rowAt(event.target);
      const place = row?.element.parentElement;
      if (!row || !place) {
        leave();
        return;
      }
      setHovered((before) => (before?.place === place && before.id === row.id ? before : { id: row.id, place }));
    };
    element.addEventListener("pointerover", over, { signal });
    element.addEventListener("pointerleave", leave, { signal });
    element.addEventListener("dragstart", leave, { signal });
    element.addEventListener("scroll", leave, { signal, capture: true, passive: true });
    return () => stop.abort();
  }, [box]);
  return isOff ? null : hovered;
}
