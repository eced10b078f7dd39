/**
 * Shows which bot may write to and read which, as a table; who writes to whom, as a graph and a list; and the links: the rules that
 * allow or deny it (MB8).
 */
import type { Traffic } from "@reef/protocol/overview";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { nowMs } from "../../ui/clock.ts";
import { countOf } from "../../ui/count.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Link } from "../../ui/router.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { AccessMatrix } from "./AccessMatrix.tsx";
import { LinkEditor } from "./LinkEditor.tsx";
import styles from "./LinksView.module.css";
import { useLinkDraft } from "./use-link-draft.ts";

/** With its layout it is a chunk of its own; the list is here before it. */
const TrafficGraph = lazyPart("TrafficGraph", () => import("./TrafficGraph.tsx"));

const readSoonMs = 2_000;
const periods = [
  { key: "day", label: "Last 24 hours", ms: 86_400_000 },
  { key: "week", label: "Last 7 days", ms: 7 * 86_400_000 },
  { key: "all", label: "All time", ms: null },
] as const;

export function LinksView(): ReactElement {
  const { reads } = useReef();
  const [period, setPeriod] = useState<(typeof periods)[number]>(periods[1]);
  const traffic = useTraffic(period);
  const draft = useLinkDraft();
  const { data: bots } = useQuery(botsQuery(reads));
  const nameOf = (id: Traffic["fromBotId"]): string => bots?.get(id)?.name ?? "a deleted bot";
  return (
    <div className={`${shapes.body} ${styles.view}`}>
      <AccessMatrix draft={draft} />
      <section className={styles.part} aria-label="Who writes to whom">
        <div className={styles.partHead}>
          <h2>Who writes to whom</h2>
          <Select
            options={periods.map(({ key, label }) => [key, label] as const)}
            aria-label="Period"
            value={period.key}
            onChoose={(chosen) => setPeriod(periods.find(({ key }) => key === chosen) ?? periods[1])}
          />
        </div>
        {traffic && traffic.length === 0 && <p className={styles.note}>No bot has written to another in this time.</p>}
        {traffic && traffic.length > 0 && (
          <>
            <Part what="The graph" look="line" fallback={<div className={styles.graph} aria-busy="true" />}>
              <TrafficGraph traffic={traffic} nameOf={nameOf} />
            </Part>
            <ul className={`${shapes.bare} ${styles.pairs}`}>
              {traffic.slice(0, 100).map(({ fromBotId, toBotId, count, dead }) => (
                <li key={`${fromBotId} ${toBotId}`} data-pair={`${fromBotId} ${toBotId}`}>
                  <Link to="/messages" search={{ bot: fromBotId, between: "bots" }} className={styles.pair}>
                    {fromBotId === toBotId
                      ? `${nameOf(fromBotId)}, between its own sessions`
                      : `${nameOf(fromBotId)} → ${nameOf(toBotId)}`}
                  </Link>
                  <span>{countOf(count, "message")}</span>
                  <span className={styles.dead}>{dead > 0 && `${dead} undelivered`}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <LinkEditor draft={draft} />
    </div>
  );
}

/** Read again soon after a message between bots. */
function useTraffic(period: (typeof periods)[number]): readonly Traffic[] | undefined {
  const { client, live } = useReef();
  const { data, refetch } = useQuery({
    queryKey: ["traffic", period.key],
    queryFn: async () => {
      const since = period.ms === null ? {} : { since: new Date(nowMs() - period.ms).toISOString() };
      return (await wholeClient(client).traffic(since)).items;
    },
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      if (timer !== null || !events.some((event) => event.type === "message.changed")) return;
      timer = setTimeout(() => {
        timer = null;
        void refetch();
      }, readSoonMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, refetch]);
  return data;
}
