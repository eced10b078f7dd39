/** Shows what all bots did: a lane for each, live, over the last hour, day or week; and the same as a list. */
import type { BotId, SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { ChartGantt } from "lucide";
import { type ReactElement, useCallback, useMemo, useRef, useState } from "react";
import type { SessionIndex } from "../../data/cache.ts";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { botsQuery, queryKeys } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { nowMs } from "../../ui/clock.ts";
import { Empty } from "../../ui/Empty.tsx";
import { useLocation } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { ScreenTabs } from "../../ui/ScreenTabs.tsx";
import { shortMoment } from "../../ui/time.ts";
import { ActivityList } from "./ActivityList.tsx";
import styles from "./ActivityScreen.module.css";
import { makeLanes } from "./lanes.ts";
import { TimelineCanvas } from "./TimelineCanvas.tsx";
import { foldTimeline, joinOlder, type TimelineState, timelineToState } from "./timeline-state.ts";

/** Often enough to look live; lanes of ten thousand turns take some milliseconds to pack. */
const foldEveryMs = 200;

const ranges = [
  { key: "hour", label: "Hour", ms: 3_600_000 },
  { key: "day", label: "Day", ms: 86_400_000 },
  { key: "week", label: "Week", ms: 7 * 86_400_000 },
] as const;

export function ActivityScreen(): ReactElement {
  const search = new URLSearchParams(useLocation().search);
  const range = ranges.find(({ key }) => key === search.get("range")) ?? ranges[0];
  const isList = search.get("view") === "list";
  const { data: state, error, refetch } = useTimeline(range);
  const older = useOlder(range);
  const to = (rangeKey: string, list: boolean) => ({
    ...(rangeKey === "hour" ? {} : { range: rangeKey }),
    ...(list ? { view: "list" } : {}),
  });
  return (
    <Screen
      title="Activity"
      label="Activity of all bots"
      body="own"
      read={{ what: "the activity", error, isReading: !state, again: refetch }}
      tabs={
        <ScreenTabs
          label="How to show it"
          to="/activity"
          tabs={[
            { key: "timeline", label: "Timeline", search: to(range.key, false) },
            { key: "list", label: "List", search: to(range.key, true) },
          ]}
          current={isList ? "list" : "timeline"}
        />
      }
      tools={
        <ScreenTabs
          label="How far back"
          to="/activity"
          tabs={ranges.map(({ key, label }) => ({ key, label, search: to(key, isList) }))}
          current={range.key}
        />
      }
    >
      {state?.isCut && <p className={styles.cut}>There is more than this can show: the oldest is left out.</p>}
      {state && <Shown key={range.key} state={state} isList={isList} words={range.key} older={older} />}
    </Screen>
  );
}

function Shown({
  state,
  isList,
  words,
  older,
}: {
  readonly state: TimelineState;
  readonly isList: boolean;
  readonly words: string;
  readonly older: Older;
}): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const names = useMemo(() => new Map([...(bots ?? [])].map(([id, { name }]) => [id, name])), [bots]);
  const nameText = JSON.stringify([...names]);
  // Bots change with every turn; their names do not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `nameText` represents the names
  const lanes = useMemo(() => makeLanes(state, bots ?? new Map()), [state, nameText]);
  const readOlder = (
    <Button disabled={older.isReading} onClick={() => older.read()}>
      {older.isReading ? "Reading…" : `Load the ${words} before`}
    </Button>
  );
  if (lanes.length === 0) {
    return (
      <Empty
        icon={ChartGantt}
        title={`No turns since ${shortMoment(new Date(state.sinceMs).toISOString(), nowMs())}`}
        actions={readOlder}
      >
        What the bots do is shown here while they do it.
      </Empty>
    );
  }
  if (!isList) return <TimelineCanvas state={state} lanes={lanes} onOlder={older.read} older={readOlder} />;
  return (
    <>
      <ActivityList state={state} names={names} />
      <div className={styles.olderFoot}>{readOlder}</div>
    </>
  );
}

interface Older {
  readonly isReading: boolean;
  /** Reads the stretch before what is loaded; one read at a time. */
  readonly read: () => void;
}

function useOlder(range: (typeof ranges)[number]): Older {
  const reef = useReef();
  const [isReading, setReading] = useState(false);
  const running = useRef(false);
  const read = useCallback((): void => {
    const key = timelineKey(range);
    const state = reef.queryClient.getQueryData<TimelineState>(key);
    if (!state || running.current) return;
    running.current = true;
    setReading(true);
    const before = new Date(state.sinceMs).toISOString();
    const since = new Date(state.sinceMs - range.ms).toISOString();
    void attempt(reef, "Couldn't load it", async () => {
      const older = timelineToState(await wholeClient(reef.client).timeline({ since, before }));
      reef.queryClient.setQueryData<TimelineState>(key, (now) => now && joinOlder(now, older));
    }).finally(() => {
      running.current = false;
      setReading(false);
    });
  }, [reef, range]);
  return { isReading, read };
}

function timelineKey({ key }: (typeof ranges)[number]): readonly string[] {
  return ["timeline", key];
}

function useTimeline(range: (typeof ranges)[number]) {
  const { client, queryClient } = useReef();
  const botOf = (id: SessionId): BotId | null =>
    queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(id)?.botId ?? null;
  return useLiveQuery<TimelineState>({
    queryKey: timelineKey(range),
    read: async () => {
      // After a gap in the events, all that was loaded is read again.
      const loadedMs = queryClient.getQueryData<TimelineState>(timelineKey(range))?.sinceMs ?? Number.POSITIVE_INFINITY;
      const since = new Date(Math.min(loadedMs, nowMs() - range.ms)).toISOString();
      return timelineToState(await wholeClient(client).timeline({ since }));
    },
    fold: (state, events) => foldTimeline(state, events, botOf),
    everyMs: foldEveryMs,
  });
}
