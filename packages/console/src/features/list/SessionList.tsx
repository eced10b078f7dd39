/**
 * Draws the left column: search, then all sessions as one virtual list. Ten thousand sessions cost what a screenful
 * costs.
 */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { Plus, Search, X } from "lucide";
import { memo, type ReactElement, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { VList, type VListHandle } from "virtua";
import type { ListRow } from "../../data/list/list-row.ts";
import { setFilter } from "../../data/list/list-view.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { HeldKeys } from "../../ui/HeldKeys.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { LoadedMenu } from "../../ui/Menu.tsx";
import { Part } from "../../ui/Part.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import shapes from "../../ui/Shapes.module.css";
import { GroupHead } from "./GroupHead.tsx";
import { ListMenu } from "./ListMenu.tsx";
import { onListClick, onListKey } from "./list-keys.ts";
import { menuAtEvent, type RowMenuAt } from "./row-menu.ts";
import styles from "./SessionList.module.css";
import { SessionRow } from "./SessionRow.tsx";
import { StateChips } from "./StateChips.tsx";
import { digitCount, numberSessions, pinnedInOrder } from "./session-numbers.ts";

const EmptyList = lazyPart("EmptyList", () => import("./EmptyList.tsx"));
const SelectionBar = lazyPart("SelectionBar", () => import("./SelectionBar.tsx"));

const RowTools = lazyPart("RowTools", () => import("./RowTools.tsx"));

export function SessionList({ activeId }: { readonly activeId: SessionId | null }): ReactElement {
  const reef = useReef();
  const { filter, states, selected } = useCell(reef.listView);
  const isSelecting = selected.size > 0;
  const [isSeeking, setSeeking] = useState(false);
  return (
    <nav className={shapes.column} aria-label="Sessions">
      <div className={styles.top} data-seeking={isSeeking || filter !== "" || undefined}>
        <h1 className={styles.title}>Sessions</h1>
        <SearchField
          label="Filter sessions"
          className={styles.field}
          value={filter}
          onSeek={(words) => setFilter(reef.listView, words)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || filter === "") return;
            event.stopPropagation();
            setFilter(reef.listView, "");
          }}
        />
        <Button
          look="quiet"
          isSquare
          className={styles.seek}
          aria-label={isSeeking ? "Close the filter" : "Filter"}
          onClick={({ currentTarget }) => {
            // The field is shown before the focus can go to it.
            flushSync(() => setSeeking(!isSeeking));
            if (isSeeking) setFilter(reef.listView, "");
            else currentTarget.parentElement?.querySelector("input")?.focus();
          }}
        >
          <Icon icon={isSeeking ? X : Search} />
        </Button>
        <ListMenu />
        <NewMenu />
      </div>
      <StateChips />
      <Rows activeId={activeId} isNarrowed={filter !== "" || states.size > 0} />
      {isSelecting && (
        <Part what="The toolbar" look="line">
          <SelectionBar />
        </Part>
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
        <Button look="quiet" isSquare aria-label="New…" title="New session, bot or topic">
          <Icon icon={Plus} />
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
  const { reads, listRows, listInput, isModifierHeld } = reef;
  const rows = useCell(listRows);
  const list = useRef<VListHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const [menuAt, setMenuAt] = useState<RowMenuAt | null>(null);
  const areHintsShown = useCell(isModifierHeld);
  const { data: isWhole, isError, refetch } = useQuery({ ...sessionsQuery(reads), select: (index) => index.isWhole });
  const input = useCell(listInput);
  // A pin has its number on its row; other numbers matter only while their keys are held.
  const digitById = useMemo(() => {
    if (!input) return new Map<string, number>();
    const numbered = areHintsShown
      ? numberSessions(input)
      : pinnedInOrder(input.sessions.values()).slice(0, digitCount);
    return new Map<string, number>(numbered.map((id, index) => [id, index + 1]));
  }, [input, areHintsShown]);

  if (isError && !isWhole) {
    return (
      <div className={styles.none} role="alert">
        Couldn't load the sessions. <Button onClick={() => void refetch()}>Try again</Button>
      </div>
    );
  }
  if (rows.length === 0) {
    if (!isWhole)
      return (
        <div className={styles.loading} aria-busy="true">
          <Bones />
        </div>
      );
    return (
      <Part what="The list">
        <EmptyList isNarrowed={isNarrowed} />
      </Part>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and clicks of the rows inside, which are links
    <div
      ref={box}
      className={styles.keys}
      onContextMenu={(event) => {
        const at = menuAtEvent(event);
        if (!at) return;
        event.preventDefault();
        setMenuAt(at);
      }}
      onKeyDown={(event) => onListKey(reef, event)}
      onClickCapture={(event) => onListClick(reef, event)}
    >
      <VList ref={list} className={styles.rows} data={rows} bufferSize={300} tabIndex={-1}>
        {(row) => (
          <Row key={row.key} row={row} isActive={row.key === activeId} digit={digitById.get(row.key) ?? null} />
        )}
      </VList>
      <Part
        what="The menu"
        instead={null}
        fallback={menuAt && <HeldKeys into="[role=menu]" onCancel={() => setMenuAt(null)} />}
      >
        <RowTools box={box} list={list} rows={rows} activeId={activeId} menuAt={menuAt} onMenu={setMenuAt} />
      </Part>
    </div>
  );
}

const Row = memo(function Row({ row, isActive, digit }: RowProps): ReactElement {
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
  return (
    a.key === b.key &&
    a.depth === b.depth &&
    a.lines === b.lines &&
    a.childCount === b.childCount &&
    a.isOpen === b.isOpen
  );
}
