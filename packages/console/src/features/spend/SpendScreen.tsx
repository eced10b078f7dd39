/**
 * Shows what was used, day by day: a stack for each day, and below it each bot, model, topic, tree or chain with its share.
 */
import type { Client } from "@reef/client/client";
import type { Usage } from "@reef/protocol/bot";
import type { Budget } from "@reef/protocol/budget";
import type { BotId } from "@reef/protocol/ids";
import type { SpendBy } from "@reef/protocol/overview";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleDollarSign } from "lucide";
import { type CSSProperties, type ReactElement, useMemo, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { nowMs } from "../../ui/clock.ts";
import { costLabel, costTitle, usdLabel } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { Empty } from "../../ui/Empty.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { shortDay } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { Budgets, useBudgets } from "./Budgets.tsx";
import styles from "./SpendScreen.module.css";
import {
  amountOf,
  botDays,
  chartSpend,
  firstDayMs,
  forecastMonth,
  keyOfPart,
  type Measure,
  partDays,
  type SpendChart,
  type Stack,
  type UsedDay,
} from "./spend-days.ts";

interface SpendByWords {
  readonly by: SpendBy;
  readonly label: string;
  readonly heading: string;
  readonly others: string;
}

const spendBys = [
  { by: "bot", label: "By bot", heading: "Bot", others: "other bots" },
  { by: "model", label: "By model", heading: "Model", others: "other models" },
  { by: "topic", label: "By topic", heading: "Topic", others: "other topics" },
  { by: "tree", label: "By session with all below", heading: "Session with all below", others: "other sessions" },
  { by: "chain", label: "By first message", heading: "First message", others: "other messages" },
] as const satisfies readonly SpendByWords[];

const ranges = [7, 30, 90] as const;
const refreshMs = 30_000;

export function SpendScreen(): ReactElement {
  const { client } = useReef();
  const [count, setCount] = useState<(typeof ranges)[number]>(30);
  const [chosen, setChosen] = useState<Measure | null>(null);
  const now = useNow(60_000);
  const since = new Date(firstDayMs(now, count)).toISOString();
  const [by, setBy] = useState<SpendBy>("bot");
  const { data, error, refetch } = useQuery({
    queryKey: ["spend", since, by],
    queryFn: () => readUsed(wholeClient(client), since, by),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  // Without a single price, a chart of money would be empty.
  const hasPrices = data?.days.some(({ usage }) => usage.costUsd > 0) ?? false;
  const measure = chosen ?? (hasPrices ? "cost" : "tokens");
  const chart = useMemo(
    () => (data ? chartSpend(data.days, { nowMs: nowMs(), count, measure }) : null),
    [data, count, measure],
  );
  const { data: budgets } = useBudgets();
  const limit = limitOfDay(budgets?.items ?? [], measure);
  const forecast = data && count >= 30 ? forecastMonth(data.days, now, measure) : null;
  return (
    <Screen
      title="Spend"
      read={{ what: "the spend", error, isReading: !chart, again: refetch }}
      tools={
        <>
          <Select
            aria-label="By"
            options={spendBys.map(({ by: each, label }) => [each, label] as const)}
            value={by}
            onChoose={setBy}
          />
          <Choice
            label="Measure"
            options={[
              ["cost", "Dollars"],
              ["tokens", "Tokens"],
            ]}
            value={measure}
            onChoose={setChosen}
          />
          <Choice
            label="Range"
            options={ranges.map((days) => [days, `${days} days`] as const)}
            value={count}
            onChoose={setCount}
          />
        </>
      }
    >
      <Budgets />
      {chart?.parts.length === 0 && (
        <Empty icon={CircleDollarSign} title={`No model calls in these ${count} days`}>
          What is used is shown here, day by day.
        </Empty>
      )}
      {chart && data && chart.parts.length > 0 && (
        <Chart chart={chart} used={data} measure={measure} limit={limit} forecast={forecast} />
      )}
    </Screen>
  );
}

/** Returns what may be used of everything on one day; null if nothing limits it. */
function limitOfDay(budgets: readonly Budget[], measure: Measure): number | null {
  const budget = budgets.find(({ scope, period }) => scope.kind === "whole" && period === "day");
  if (budget === undefined) return null;
  return measure === "cost" ? budget.limitUsd : budget.limitTokens;
}

/** What was used, by what, with the names of that. */
interface Used {
  readonly by: SpendBy;
  readonly days: readonly UsedDay[];
  /** Empty for bots, whose names may change meanwhile. */
  readonly names: ReadonlyMap<string, string>;
}

async function readUsed(client: Client, since: string, by: SpendBy): Promise<Used> {
  if (by === "bot") return { by, days: botDays((await client.spend({ since })).items), names: new Map() };
  const { items } = await client.spendBy({ since, by });
  return { by, days: partDays(items), names: new Map(items.map((item) => [keyOfPart(item), item.name])) };
}

interface ChartProps {
  readonly chart: SpendChart;
  readonly used: Used;
  readonly measure: Measure;
  readonly limit: number | null;
  readonly forecast: number | null;
}

function Chart({ chart, used, measure, limit, forecast }: ChartProps): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { heading, others } = spendBys.find(({ by }) => by === used.by) ?? spendBys[0];
  const nameOf = (key: string | null): string => {
    if (key === null) return others;
    return used.names.get(key) ?? bots?.get(key as BotId)?.name ?? "a deleted bot";
  };
  const { total, shown, stacks } = chart;
  const peak = Math.max(chart.peak, limit ?? 0);
  return (
    <>
      <p className={styles.total}>
        <b>{measure === "cost" ? (costLabel(total) ?? "No price known") : shortCount(amountOf(total, "tokens"))}</b>{" "}
        {measure === "cost" && total.unpricedCalls > 0 && costTitle(total)}
        {measure === "cost" && total.unpricedCalls === 0 && `for ${countOf(total.modelCalls, "model call")}`}
        {measure === "tokens" && `tokens in ${countOf(total.modelCalls, "model call")}`}
        {forecast !== null && ` · about ${labelOf(forecast, measure)} this month at the pace of this week`}
      </p>
      <section className={styles.chart} aria-label={`By day, at most ${labelOf(peak, measure)}`}>
        {limit !== null && peak > 0 && (
          <span className={styles.limit} style={{ "--height": `${(limit / peak) * 100}%` } as CSSProperties}>
            <span className={shapes.hidden}>The limit of each day is {labelOf(limit, measure)}</span>
          </span>
        )}
        <span className={styles.peak} aria-hidden="true">
          {labelOf(peak, measure)}
        </span>
        <ol className={styles.days}>
          {stacks.map((stack, at) => (
            <Day
              key={stack.day}
              stack={stack}
              words={`${shortDay(stack.day)}: ${labelOf(stack.total, measure)}${stack.parts
                .map(({ key, value }) => `\n${nameOf(key)} ${labelOf(value, measure)}`)
                .join("")}`}
              peak={peak}
              colourOf={(key) => (key === null ? shown.length : shown.indexOf(key))}
              label={(stacks.length - 1 - at) % Math.ceil(stacks.length / 6) === 0 ? shortDay(stack.day) : ""}
            />
          ))}
        </ol>
      </section>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            <th scope="col">Calls</th>
            <th scope="col">Tokens in</th>
            <th scope="col">Tokens out</th>
            <th scope="col">Cost</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {chart.parts.map(({ key, usage }, at) => {
            const share = amountOf(total, measure) === 0 ? 0 : amountOf(usage, measure) / amountOf(total, measure);
            return (
              <tr key={key}>
                <th scope="row">
                  <span className={shapes.line}>
                    <i className={styles.dot} data-colour={Math.min(at, shown.length)} aria-hidden="true" />
                    {used.by === "bot" && <Avatar name={nameOf(key)} seed={key} size="small" />}
                    <span className={`${shapes.cut} ${styles.name}`} dir="auto" title={nameOf(key)}>
                      {nameOf(key)}
                    </span>
                  </span>
                </th>
                <td>{usage.modelCalls.toLocaleString()}</td>
                <td title={usage.inputTokens.toLocaleString()}>{orEmpty(usage.inputTokens)}</td>
                <td title={usage.outputTokens.toLocaleString()}>{orEmpty(usage.outputTokens)}</td>
                <td title={costTitle(usage)}>{isFree(usage) ? "" : (costLabel(usage) ?? "unknown")}</td>
                <td>
                  {share > 0 && (
                    <span className={styles.share}>
                      <Meter share={share} />
                      {Math.round(share * 100)} %
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

interface DayProps {
  readonly stack: Stack;
  readonly words: string;
  readonly peak: number;
  readonly colourOf: (key: string | null) => number;
  readonly label: string;
}

function Day({ stack, words, peak, colourOf, label }: DayProps): ReactElement {
  return (
    <li className={styles.day} title={words}>
      <span className={shapes.hidden}>{words}</span>
      <span className={styles.stack} aria-hidden="true">
        {stack.parts.map(({ key, value }) => (
          <i
            key={key ?? "others"}
            data-colour={colourOf(key)}
            style={{ "--height": `${peak === 0 ? 0 : (value / peak) * 100}%` } as CSSProperties}
          />
        ))}
      </span>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
    </li>
  );
}

/** A zero is an empty cell. */
function orEmpty(count: number): string {
  return count === 0 ? "" : shortCount(count);
}

function isFree({ costUsd, unpricedCalls }: Usage): boolean {
  return costUsd === 0 && unpricedCalls === 0;
}

function labelOf(value: number, measure: Measure): string {
  return measure === "cost" ? usdLabel(value) : `${shortCount(value)} tokens`;
}
