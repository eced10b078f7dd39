/**
 * Shows every bot at a glance: what it does, asks or said, its queue, failures, today's cost, and how busy it was. Live; no row
 * moves while a person points at one.
 */
import type { BotStatus } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import { ArrowDownUp, Bot, Plus } from "lucide";
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { dayStartMs, spentBeforeQuery } from "../../data/overview/today.ts";
import { asksQuery, botsQuery, sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { type FilterChip, FilterChips } from "../../ui/FilterChips.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { useRouter } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Sign } from "../../ui/Sign.tsx";
import { readStored, writeStored } from "../../ui/storage.ts";
import { useNow } from "../../ui/use-now.ts";
import { signByStatus, wordsByStatus } from "../bot/bot-status.ts";
import { mostUsed, shareOfMost } from "../spend/spend-days.ts";
import styles from "./Roster.module.css";
import { RosterLine } from "./RosterLine.tsx";
import {
  botStatuses,
  countByStatus,
  filterRows,
  holdOrder,
  type RosterOrder,
  type RosterRow,
  rosterRows,
  sortRows,
} from "./roster-rows.ts";
import { usePulse } from "./use-pulse.ts";

interface Column {
  readonly part: string;
  readonly label: string;
  /** The orders that its head offers, each with the button's word. */
  readonly orders: readonly (readonly [RosterOrder, string])[];
}

const columns: readonly Column[] = [
  { part: "bot", label: "Bot", orders: [["name", "Bot"]] },
  {
    part: "now",
    label: "Now",
    orders: [
      ["state", "Now"],
      ["active", "Latest"],
    ],
  },
  { part: "queue", label: "Queue", orders: [["queue", "Queue"]] },
  { part: "failed", label: "Failed", orders: [["failures", "Failed"]] },
  { part: "today", label: "Today", orders: [["today", "Today"]] },
  { part: "pulse", label: "24 hours", orders: [] },
];

export function Roster(): ReactElement {
  const { panel } = useReef();
  const { rows, error, again } = useRows();
  const pulse = usePulse();
  const [words, setWords] = useState("");
  const [status, setStatus] = useState<BotStatus | null>(null);
  const [order, setOrder] = useState(readOrder);
  const [isPointed, setPointed] = useState(false);
  const drawn = useRef<readonly RosterRow[]>([]);
  const shown = useMemo(() => {
    const sorted = rows ? sortRows(filterRows(rows, { words, status }), order) : [];
    return isPointed ? holdOrder(sorted, drawn.current) : sorted;
  }, [rows, words, status, order, isPointed]);
  drawn.current = shown;
  const most = useMemo(() => mostUsed((rows ?? []).map(({ used }) => used)), [rows]);
  const list = useRef<VListHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const keys = useRowKeys({ rows: shown, list, box });
  const create = (): void => panel.set({ type: "new-bot" });
  const sort = (by: RosterOrder): void => {
    setOrder(by);
    writeStored("roster-order", by);
  };
  return (
    <Screen
      title="Bots"
      label="All bots"
      body="own"
      read={{ what: "the bots", error, isReading: !rows, again }}
      empty={
        rows?.length === 0 && (
          <Empty icon={Bot} title="No bots yet" actions={<Button onClick={create}>New bot</Button>}>
            A bot has a name, a role and a model.
          </Empty>
        )
      }
      tools={
        <>
          {rows && rows.length > 0 && (
            <>
              <div className={styles.chips}>
                <FilterChips
                  label="Show bots that are"
                  all={rows.length}
                  chips={chipsOf(rows)}
                  chosen={status}
                  onChoose={setStatus}
                />
              </div>
              <SearchField label="Filter bots" placeholder="Filter" value={words} onSeek={setWords} />
              <Menu
                align="end"
                entries={() => [
                  { type: "heading", key: "head", label: "Sort by" },
                  ...columns
                    .flatMap(({ orders }) => orders)
                    .map(([by, label]) => ({
                      type: "item" as const,
                      key: by,
                      label,
                      isCurrent: by === order,
                      run: () => sort(by),
                    })),
                ]}
                trigger={
                  <Button look="quiet" isSquare className={styles.sortMenu} aria-label="Sort the bots" title="Sort">
                    <Icon icon={ArrowDownUp} />
                  </Button>
                }
              />
            </>
          )}
          <Button look="primary" onClick={create}>
            <Icon icon={Plus} size={14} /> New bot
          </Button>
        </>
      }
    >
      {rows && (
        // biome-ignore lint/a11y/useSemanticElements: the rows are virtual, and a table's cannot be
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
            {columns.map(({ part, label, orders }) => (
              // biome-ignore lint/a11y/useSemanticElements: see above
              <span
                key={part}
                role="columnheader"
                className={styles[part]}
                aria-sort={
                  orders.some(([by]) => by === order) ? (order === "name" ? "ascending" : "descending") : undefined
                }
                tabIndex={-1}
              >
                {orders.length === 0 && label}
                {orders.map(([by, word]) => (
                  <button
                    key={by}
                    type="button"
                    className={styles.sort}
                    data-chosen={by === order || undefined}
                    onClick={() => sort(by)}
                  >
                    {word}
                    {by === order && <span aria-hidden="true"> {by === "name" ? "↑" : "↓"}</span>}
                  </button>
                ))}
              </span>
            ))}
          </div>
          {shown.length === 0 ? (
            <NoResults
              words={words}
              searched={countOf(rows.length, "bot")}
              onClear={() => {
                setWords("");
                setStatus(null);
              }}
            />
          ) : (
            <VList
              ref={list}
              role="rowgroup"
              className={styles.rows}
              data={shown}
              bufferSize={400}
              tabIndex={-1}
              onPointerEnter={() => setPointed(true)}
              onPointerLeave={() => setPointed(false)}
            >
              {(row) => (
                <RosterLine
                  key={row.bot.id}
                  row={row}
                  steps={pulse.stepsByBot.get(row.bot.id) ?? null}
                  peak={pulse.peak}
                  share={shareOfMost(row.used, most)}
                />
              )}
            </VList>
          )}
        </div>
      )}
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

function readOrder(): RosterOrder {
  const stored = readStored("roster-order");
  return columns.flatMap(({ orders }) => orders).find(([by]) => by === stored)?.[0] ?? "state";
}
