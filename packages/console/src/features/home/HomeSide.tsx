/** Shows, beside the groups, the cost of today and the days before, how turns ended, and what comes next. */
import type { Schedule } from "@reef/protocol/schedule";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useSpentToday } from "../../data/overview/use-spent-today.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { nowMs } from "../../ui/clock.ts";
import { costLabel, costTitle, usdLabel } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { Meter } from "../../ui/Meter.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, shortDay, shortTime } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { relativeWords } from "../schedule/timing-words.ts";
import { useReader } from "../schedule/use-schedules.ts";
import { amountOf, botDays, chartSpend, firstDayMs, mostUsed, shareOfMost } from "../spend/spend-days.ts";
import { DayBars } from "./DayBars.tsx";
import styles from "./HomeScreen.module.css";
import { useTurnCounts } from "./use-turn-counts.ts";

const shownBots = 4;
const shownDays = 7;

export function HomeSide({ next }: { readonly next: readonly Schedule[] }): ReactElement {
  return (
    <aside className={styles.side} aria-label="Today">
      <Spend />
      <LastDay />
      <Next schedules={next} />
    </aside>
  );
}

function Spend(): ReactElement | null {
  const spent = useSpentToday();
  if (spent === null) return null;
  const { total, bots } = spent;
  const tokens = amountOf(total, "tokens");
  const most = mostUsed(bots.map(({ used }) => used));
  return (
    <section aria-label="Spend today">
      <h2 className={styles.sideHeading}>
        <Link to="/spend" data-home-item>
          Spend today
        </Link>
      </h2>
      <p className={styles.big} title={costTitle(total)}>
        {costLabel(total) ?? (total.modelCalls === 0 ? "$0" : "No price known")}{" "}
        {tokens > 0 && <small>{shortCount(tokens)} tokens</small>}
      </p>
      {bots.slice(0, shownBots).map(({ bot, used }) => (
        <p key={bot.id} className={styles.botSpend} title={costTitle(used)}>
          <span className={`${shapes.cut} ${shapes.grow}`}>{bot.name}</span>
          <b>{costLabel(used) ?? `${shortCount(amountOf(used, "tokens"))} tokens`}</b>
          <Meter share={shareOfMost(used, most)} />
        </p>
      ))}
      {bots.length > shownBots && (
        <p className={styles.rest}>
          <Link to="/spend" data-home-item>
            All {bots.length} bots
          </Link>
        </p>
      )}
      <DaysBefore />
    </section>
  );
}

/** By the days of UTC, as on the screen Spend. */
function DaysBefore(): ReactElement | null {
  const { client } = useReef();
  const since = new Date(firstDayMs(useNow(60_000), shownDays)).toISOString();
  const { data } = useQuery({
    queryKey: ["spend", since],
    queryFn: () => wholeClient(client).spend({ since }),
    staleTime: 60_000,
  });
  if (!data || data.items.length === 0) return null;
  const measure = data.items.some(({ usage }) => usage.costUsd > 0) ? "cost" : "tokens";
  const { stacks, peak } = chartSpend(botDays(data.items), { nowMs: nowMs(), count: shownDays, measure });
  if (peak === 0) return null;
  const labelOf = (value: number): string => (measure === "cost" ? usdLabel(value) : `${shortCount(value)} tokens`);
  return (
    <DayBars
      label={`The last ${shownDays} days, in UTC: ${stacks.map(({ day, total }) => `${shortDay(day)} ${labelOf(total)}`).join(", ")}`}
      bars={stacks.map(({ day, total }) => ({
        key: day,
        height: peak === 0 ? 0 : total / peak,
        failed: 0,
        title: `${shortDay(day)}: ${labelOf(total)}`,
      }))}
      from={shortDay(stacks[0]?.day ?? "")}
      to="today (UTC)"
    />
  );
}

function LastDay(): ReactElement | null {
  const counts = useTurnCounts();
  if (!counts) return null;
  const { ended, failed, since, bucketMs } = counts;
  const [all, bad] = [ended, failed].map((each) => each.reduce((sum, count) => sum + count, 0)) as [number, number];
  if (all === 0) return null;
  const peak = Math.max(1, ...ended);
  const timeOf = (at: number): string => absoluteTime(new Date(Date.parse(since) + at * bucketMs).toISOString());
  return (
    <section aria-label="Last 24 hours">
      <h2 className={styles.sideHeading}>
        <Link to="/activity" data-home-item>
          Last 24 hours
        </Link>
        <span>
          {countOf(all, "turn")}
          {bad > 0 && `, ${bad} failed`}
        </span>
      </h2>
      <DayBars
        label={`${countOf(all, "turn")} in the last 24 hours, ${bad} failed`}
        bars={ended.map((count, at) => ({
          key: String(at),
          height: count / peak,
          failed: count === 0 ? 0 : (failed[at] ?? 0) / count,
          title: `${timeOf(at)}: ${countOf(count, "turn")}, ${failed[at] ?? 0} failed`,
        }))}
        from={`${shortTime(since, 0)} ${shortTime(since, Date.parse(since))}`}
        to="now"
      />
    </section>
  );
}

function Next({ schedules }: { readonly schedules: readonly Schedule[] }): ReactElement | null {
  const now = useNow(30_000);
  const reader = useReader(now);
  if (schedules.length === 0) return null;
  return (
    <section aria-label="Next">
      <h2 className={styles.sideHeading}>
        <Link to="/schedules" data-home-item>
          Next
        </Link>
      </h2>
      {schedules.map(({ id, name, nextAt }) =>
        nextAt === null ? null : (
          <p key={id} className={styles.plan} title={absoluteTime(nextAt)}>
            <time dateTime={nextAt}>{shortTime(nextAt, reader.nowMs)}</time>
            <span className={`${shapes.cut} ${shapes.grow}`}>{name}</span>
            <span className={styles.when}>{relativeWords(Date.parse(nextAt), now)}</span>
          </p>
        ),
      )}
    </section>
  );
}
