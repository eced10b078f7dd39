/** Shows all schedules: the next 24 hours as a picture, and each schedule with what it does next. Live. */
import type { ScheduleId } from "@reef/protocol/ids";
import type { Schedule, ScheduleState } from "@reef/protocol/schedule";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useMemo, useState } from "react";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { countOf } from "../../ui/count.ts";
import { NoResults } from "../../ui/Empty.tsx";
import { type FilterChip, FilterChips } from "../../ui/FilterChips.tsx";
import { useLocation } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import shapes from "../../ui/Shapes.module.css";
import { readStored, writeStored } from "../../ui/storage.ts";
import { useNow } from "../../ui/use-now.ts";
import { DayPicture } from "./DayPicture.tsx";
import { EmptySchedules } from "./EmptySchedules.tsx";
import { ScheduleLine, skippedWords } from "./ScheduleLine.tsx";
import { ScheduleSign, wordByState } from "./ScheduleSign.tsx";
import styles from "./SchedulesScreen.module.css";
import {
  countByState,
  filterSchedules,
  groupByBot,
  type ScheduleRow,
  scheduleRows,
  scheduleStates,
  sortSchedules,
} from "./schedule-list.ts";
import type { Reader } from "./timing-words.ts";
import { useReader, useSchedules } from "./use-schedules.ts";

const groupedKey = "schedules-by-bot";

export function SchedulesScreen(): ReactElement {
  const { panel } = useReef();
  const { data: schedules, error, refetch } = useSchedules();
  const rows = useRows(schedules);
  const reader = useReader(useNow(10_000));
  const [words, setWords] = useState("");
  const [state, setState] = useState<ScheduleState | null>(null);
  const [isGrouped, setGrouped] = useState(() => readStored(groupedKey) === "yes");
  const [pointedId, setPointedId] = useState<ScheduleId | null>(null);
  const shown = useMemo(() => filterSchedules(rows ?? [], { words, state }), [rows, words, state]);
  const pictured = useMemo(() => shown.flatMap(({ schedule, isSilent }) => (isSilent ? [] : [schedule])), [shown]);
  useAddressed(rows !== null);
  const make = (): void => panel.set({ type: "schedule" });
  const group = (by: boolean): void => {
    setGrouped(by);
    writeStored(groupedKey, by ? "yes" : null);
  };
  return (
    <Screen
      title="Schedules"
      count={rows?.length}
      body="edge"
      read={{ what: "the schedules", error, isReading: !rows, again: refetch }}
      empty={rows?.length === 0 && <EmptySchedules onMake={make} />}
      tools={
        <>
          {rows && rows.length > 0 && (
            <SearchField label="Filter schedules" placeholder="Filter" value={words} onSeek={setWords} />
          )}
          <Button look={rows?.length === 0 ? "plain" : "primary"} onClick={make}>
            New schedule
          </Button>
        </>
      }
    >
      {rows && rows.length > 0 && (
        <>
          <DayPicture schedules={pictured} reader={reader} pointedId={pointedId} />
          <div className={styles.filters}>
            <FilterChips
              label="Show schedules that are"
              all={rows.length}
              chips={chipsOf(rows)}
              chosen={state}
              onChoose={setState}
            />
            <Choice
              label="Arrange"
              options={[
                ["time", "By time"],
                ["bot", "By bot"],
              ]}
              value={isGrouped ? "bot" : "time"}
              onChoose={(arrangement) => group(arrangement === "bot")}
            />
          </div>
          {shown.length === 0 && (
            <NoResults
              words={words}
              searched={countOf(rows.length, "schedule")}
              onClear={() => {
                setWords("");
                setState(null);
              }}
            />
          )}
          <Rows rows={shown} reader={reader} isGrouped={isGrouped} onPoint={setPointedId} />
          {shown.some(({ schedule }) => schedule.skipped > 0) && <p className={styles.foot}>{skippedWords}</p>}
        </>
      )}
    </Screen>
  );
}

function Rows({
  rows,
  reader,
  isGrouped,
  onPoint,
}: {
  readonly rows: readonly ScheduleRow[];
  readonly reader: Reader;
  readonly isGrouped: boolean;
  readonly onPoint: (id: ScheduleId | null) => void;
}): ReactElement {
  const lines = (own: readonly ScheduleRow[]): readonly ReactElement[] =>
    own.map((row) => (
      <ScheduleLine key={row.schedule.id} row={row} reader={reader} hasBot={!isGrouped} onPoint={onPoint} />
    ));
  if (!isGrouped) {
    return (
      <ul className={shapes.bare} aria-label="Schedules, the next first">
        {lines(rows)}
      </ul>
    );
  }
  return (
    <>
      {groupByBot(rows).map(({ botId, botName, rows: own }) => (
        <section key={botId} aria-labelledby={`schedules-${botId}`}>
          <h2 className={styles.group} id={`schedules-${botId}`}>
            <Avatar name={botName} seed={botId} size="small" /> {botName}
            <span className={styles.count}>{own.length}</span>
          </h2>
          <ul className={shapes.bare}>{lines(own)}</ul>
        </section>
      ))}
    </>
  );
}

function chipsOf(rows: readonly ScheduleRow[]): readonly FilterChip<ScheduleState>[] {
  const counts = countByState(rows);
  return scheduleStates.map((state) => ({
    key: state,
    sign: <ScheduleSign state={state} />,
    words: wordByState[state],
    count: counts.get(state) ?? 0,
  }));
}

/** Returns null until everything that a row shows has been read. */
function useRows(schedules: ReadonlyMap<ScheduleId, Schedule> | undefined): readonly ScheduleRow[] | null {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: sessions } = useQuery(sessionsQuery(reads));
  return useMemo(() => {
    if (!schedules || !bots || !sessions) return null;
    return sortSchedules(scheduleRows(schedules, { bots, sessionOf: (id) => sessions.byId.get(id) }));
  }, [schedules, bots, sessions]);
}

/** Scrolls to the schedule that the address names and focuses it. */
function useAddressed(isRead: boolean): void {
  const id = useLocation().hash.slice(1);
  useEffect(() => {
    if (!isRead || !id.startsWith("sch_")) return;
    const line = document.querySelector<HTMLElement>(`[data-schedule="${CSS.escape(id)}"]`);
    line?.scrollIntoView({ block: "center" });
    line?.querySelector<HTMLElement>("button")?.focus();
  }, [isRead, id]);
}
