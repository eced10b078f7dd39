/**
 * Shows every bot at a glance: state, topic, latest message, queue, failures, today's tokens, and how busy it was.
 * Live.
 */
import type { BotStatus } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { dayStartMs, spentBeforeQuery } from "../../data/overview/today.ts";
import { asksQuery, botsQuery, sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { type FilterChip, FilterChips } from "../../ui/FilterChips.tsx";
import { useRouter } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Sign } from "../../ui/Sign.tsx";
import { readStored, writeStored } from "../../ui/storage.ts";
import { useNow } from "../../ui/use-now.ts";
import styles from "./Roster.module.css";
import { RosterLine, signByStatus, wordsByStatus } from "./RosterLine.tsx";
import {
  botStatuses,
  countByStatus,
  filterRows,
  type RosterOrder,
  type RosterRow,
  rosterRows,
  sortRows,
} from "./roster-rows.ts";
import { usePulse } from "./use-pulse.ts";

const columns: readonly { readonly order: RosterOrder | null; readonly label: string; readonly part: string }[] = [
  { order: "name", label: "Bot", part: "bot" },
  { order: "state", label: "State", part: "state" },
  { order: "active", label: "Latest message", part: "last" },
  { order: "queue", label: "Queue", part: "queue" },
  { order: "failures", label: "Failures", part: "failures" },
  { order: "tokens", label: "Today", part: "tokens" },
  { order: null, label: "Last 24 h", part: "pulse" },
];

export function Roster(): ReactElement {
  const { panel } = useReef();
  const { rows, error, again } = useRows();
  const pulse = usePulse();
  const [words, setWords] = useState("");
  const [status, setStatus] = useState<BotStatus | null>(null);
  const [order, setOrder] = useState(readOrder);
  const shown = useMemo(
    () => (rows ? sortRows(filterRows(rows, { words, status }), order) : []),
    [rows, words, status, order],
  );
  const list = useRef<VListHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const keys = useRowKeys({ rows: shown, list, box });
  const sort = (by: RosterOrder): void => {
    setOrder(by);
    writeStored("roster-order", by);
  };
  return (
    <Screen
      title="Bots"
      label="All bots"
      count={rows?.length}
      body="own"
      read={{ what: "the bots", error, isReading: !rows, again }}
      tools={
        <>
          <SearchField label="Filter bots" value={words} onSeek={setWords} />
          <Button onClick={() => panel.set({ type: "new-bot" })}>New bot</Button>
        </>
      }
    >
      {rows && rows.length > 0 && (
        <div className={styles.filters}>
          <FilterChips
            label="Show bots that are"
            all={rows.length}
            chips={chipsOf(rows)}
            chosen={status}
            onChoose={setStatus}
          />
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: the rows are virtual, and a table's cannot be */}
      <div
        ref={box}
        role="table"
        aria-label="Bots"
        className={styles.table}
        aria-rowcount={shown.length + 1}
        onKeyDown={keys}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div role="row" className={styles.head} tabIndex={-1}>
          {columns.map(({ order: by, label, part }) => (
            // biome-ignore lint/a11y/useSemanticElements: see above
            <span
              key={label}
              role="columnheader"
              className={styles[part]}
              aria-sort={by === order ? (by === "name" ? "ascending" : "descending") : undefined}
              tabIndex={-1}
            >
              {by ? (
                <button type="button" className={styles.sort} onClick={() => sort(by)}>
                  {label}
                  {by === order && <span aria-hidden="true"> {by === "name" ? "↑" : "↓"}</span>}
                </button>
              ) : (
                label
              )}
            </span>
          ))}
        </div>
        {shown.length === 0 ? (
          <p className={styles.none} dir="auto">
            {emptyWords(words !== "" || status !== null)}
          </p>
        ) : (
          <VList ref={list} role="rowgroup" className={styles.rows} data={shown} bufferSize={400} tabIndex={-1}>
            {(row) => (
              <RosterLine
                key={row.bot.id}
                row={row}
                steps={pulse.stepsByBot.get(row.bot.id) ?? null}
                peak={pulse.peak}
              />
            )}
          </VList>
        )}
      </div>
    </Screen>
  );
}

function chipsOf(rows: readonly RosterRow[]): readonly FilterChip<BotStatus>[] {
  const counts = countByStatus(rows);
  return botStatuses.map((status) => ({
    key: status,
    sign: <Sign status={signByStatus[status]} />,
    words: wordsByStatus[status],
    count: counts.get(status) ?? 0,
  }));
}

interface RosterRead {
  /** Null until everything is read that a row says. */
  readonly rows: readonly RosterRow[] | null;
  readonly error: Error | null;
  readonly again: () => void;
}

function useRows(): RosterRead {
  const { reads } = useReef();
  const read = [
    useQuery(botsQuery(reads)),
    useQuery(sessionsQuery(reads)),
    useQuery(topicsQuery(reads)),
    useQuery(asksQuery(reads)),
    useQuery(spentBeforeQuery(reads, dayStartMs(useNow(60_000)))),
  ] as const;
  const [bots, sessions, topics, asks, spentBefore] = [
    read[0].data,
    read[1].data,
    read[2].data,
    read[3].data,
    read[4].data,
  ];
  const rows = useMemo(() => {
    if (!bots || !sessions || !topics || !asks || !spentBefore) return null;
    return rosterRows({ bots, sessions: sessions.byId.values(), topics, asks: asks.values(), spentBefore });
  }, [bots, sessions, topics, asks, spentBefore]);
  const failed = read.filter(({ error }) => error !== null);
  const again = (): void => {
    for (const { refetch } of failed) void refetch();
  };
  return { rows, error: failed[0]?.error ?? null, again };
}

/** ↑ ↓ and k j move through the rows, Home and End to the ends; Enter is the link's own. */
function useRowKeys({
  rows,
  list,
  box,
}: {
  readonly rows: readonly RosterRow[];
  readonly list: { readonly current: VListHandle | null };
  readonly box: { readonly current: HTMLElement | null };
}): (event: KeyboardEvent<HTMLElement>) => void {
  const router = useRouter();
  return (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const current = (event.target as Element).closest("[data-bot]")?.getAttribute("data-bot");
    const at = rows.findIndex(({ bot }) => bot.id === current);
    const to = targetOf(event.key, { at, last: rows.length - 1 });
    const target = to === null ? undefined : rows[to];
    if (to === null || !target) {
      if (event.key === "Escape") router.navigate({ to: "/" });
      return;
    }
    event.preventDefault();
    list.current?.scrollToIndex(to, { align: "nearest" });
    focusWhenDrawn(() => box.current?.querySelector(`[data-bot="${target.bot.id}"] :is(a, button)`));
  };
}

/** A row that was far away is drawn a few frames after the list scrolled to it. */
function focusWhenDrawn(find: () => HTMLElement | null | undefined, framesLeft = 20): void {
  const element = find();
  if (element) element.focus();
  else if (framesLeft > 0) requestAnimationFrame(() => focusWhenDrawn(find, framesLeft - 1));
}

function targetOf(key: string, { at, last }: { readonly at: number; readonly last: number }): number | null {
  if (key === "ArrowDown" || key === "j") return Math.min(last, at + 1);
  if (key === "ArrowUp" || key === "k") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  return null;
}

function emptyWords(isFiltered: boolean): string {
  return isFiltered ? "No bot matches." : "No bots yet. A bot has a name, a role and a model. Create the first one.";
}

function readOrder(): RosterOrder {
  const stored = readStored("roster-order");
  return columns.find(({ order }) => order !== null && order === stored)?.order ?? "name";
}
