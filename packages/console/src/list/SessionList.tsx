/** The left column: search, then all sessions as one virtual list. Ten thousand sessions cost what a screenful costs. */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { memo, type ReactElement, Suspense, useEffect, useMemo, useRef } from "react";
import { VList, type VListHandle } from "virtua";
import { useCell } from "../cell.ts";
import { sessionsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { Button } from "../ui/Button.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";
import { LoadedMenu } from "../ui/Menu.tsx";
import { GroupHead } from "./GroupHead.tsx";
import { type ListRow, visibleSessionIds } from "./group-sessions.ts";
import { ListMenu } from "./ListMenu.tsx";
import { onListClick, onListKey } from "./list-keys.ts";
import { setFilter } from "./list-view.ts";
import styles from "./SessionList.module.css";
import { SessionRow } from "./SessionRow.tsx";
import { StateChips } from "./StateChips.tsx";

const SelectionBar = lazyPart("SelectionBar", () => import("./SelectionBar.tsx"));

export function SessionList({ activeId }: { readonly activeId: SessionId | null }): ReactElement {
  const reef = useReef();
  const { filter, states, selected } = useCell(reef.listView);
  const isSelecting = selected.size > 0;
  return (
    <nav className={styles.list} aria-label="Sessions">
      <div className={styles.top}>
        <input
          dir="auto"
          type="search"
          className={styles.search}
          placeholder="Filter sessions"
          aria-label="Filter sessions"
          value={filter}
          onChange={(event) => setFilter(reef.listView, event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || filter === "") return;
            event.stopPropagation();
            setFilter(reef.listView, "");
          }}
        />
        <ListMenu />
        <NewMenu />
      </div>
      <StateChips />
      <Rows activeId={activeId} isNarrowed={filter !== "" || states.size > 0} />
      {isSelecting && (
        <Suspense fallback={null}>
          <SelectionBar />
        </Suspense>
      )}
    </nav>
  );
}

const loadEntries = () => import("./list-entries.ts");

function NewMenu(): ReactElement {
  const reef = useReef();
  return (
    <LoadedMenu
      align="end"
      code={loadEntries}
      entries={({ newEntries }) => newEntries(reef)}
      trigger={
        <Button look="plain" isSquare aria-label="New…" title="New session, bot or topic">
          +
        </Button>
      }
    />
  );
}

function Rows({
  activeId,
  isNarrowed,
}: {
  readonly activeId: SessionId | null;
  readonly isNarrowed: boolean;
}): ReactElement {
  const reef = useReef();
  const { reads, listRows, isModifierHeld } = reef;
  const rows = useCell(listRows);
  const list = useRef<VListHandle>(null);
  const areHintsShown = useCell(isModifierHeld);
  const { isPending, isError, refetch } = useQuery({ ...sessionsQuery(reads), select: () => null });
  const digitById = useMemo(
    () =>
      new Map(
        visibleSessionIds(rows)
          .slice(0, 9)
          .map((id, index) => [id, index + 1]),
      ),
    [rows],
  );

  // A jump by key may land outside the visible part of the list.
  const rowsNow = useRef(rows);
  rowsNow.current = rows;
  useEffect(() => {
    const index = rowsNow.current.findIndex((row) => row.key === activeId);
    if (index >= 0) list.current?.scrollToIndex(index, { align: "nearest" });
  }, [activeId]);

  if (isError) {
    return (
      <div className={styles.none} role="alert">
        The sessions were not read. <Button onClick={() => void refetch()}>Try again</Button>
      </div>
    );
  }
  if (rows.length === 0) {
    if (isPending) return <div className={styles.none} aria-busy="true" />;
    return <div className={styles.none}>{isNarrowed ? "No session matches." : "No sessions yet."}</div>;
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and clicks of the rows inside, which are links
    <div
      className={styles.keys}
      onKeyDown={(event) => onListKey(reef, event)}
      onClickCapture={(event) => onListClick(reef, event)}
    >
      <VList ref={list} className={styles.rows} data={rows} bufferSize={300} tabIndex={-1}>
        {(row) => (
          <Row
            key={row.key}
            row={row}
            isActive={row.key === activeId}
            digit={areHintsShown ? (digitById.get(row.key as SessionId) ?? null) : null}
          />
        )}
      </VList>
    </div>
  );
}

const Row = memo(function Row({
  row,
  isActive,
  digit,
}: {
  readonly row: ListRow;
  readonly isActive: boolean;
  readonly digit: number | null;
}): ReactElement {
  if (row.type === "group") return <GroupHead group={row} />;
  return <SessionRow row={row} isActive={isActive} digit={digit} />;
}, isSameRow);

interface RowProps {
  readonly row: ListRow;
  readonly isActive: boolean;
  readonly digit: number | null;
}

/** Grouping makes new rows; most are equal to the ones before. */
function isSameRow(before: RowProps, after: RowProps): boolean {
  if (before.isActive !== after.isActive || before.digit !== after.digit) return false;
  const [a, b] = [before.row, after.row];
  if (a.type !== "session" || b.type !== "session") return a === b;
  return a.key === b.key && a.depth === b.depth && a.childCount === b.childCount && a.isOpen === b.isOpen;
}
