/**
 * Shows one bot of the roster. It leads to what needs you, else to its newest session; its latest words move while it writes.
 * A zero is an empty cell.
 */
import type { ReactElement, ReactNode } from "react";
import { useReef } from "../../data/reef.ts";
import { useLiveWords } from "../../data/use-live-words.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { nowMs } from "../../ui/clock.ts";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { lastWords, plainWords } from "../../ui/last-words.ts";
import { Meter } from "../../ui/Meter.tsx";
import { RuntimeMark, runtimeLabel } from "../../ui/RuntimeMark.tsx";
import { useRouter } from "../../ui/router.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { Swatch } from "../../ui/Swatch.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { signByStatus, wordsByStatus } from "../bot/bot-status.ts";
import { createSession } from "../session/session-actions.ts";
import styles from "./Roster.module.css";
import type { RosterRow } from "./roster-rows.ts";
import { Sparkline } from "./Sparkline.tsx";

export interface RosterLineProps {
  readonly row: RosterRow;
  readonly steps: readonly number[] | null;
  readonly peak: number;
  /** Of the bot that used most today, 0 to 1. */
  readonly share: number;
}

export function RosterLine({ row, steps, peak, share }: RosterLineProps): ReactElement {
  const { bot, tokens, used } = row;
  const { health } = bot;
  const total = steps?.reduce((sum, count) => sum + count, 0) ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows are virtual, and a table's cannot be
    <div role="row" className={styles.row} data-bot={bot.id} tabIndex={-1}>
      <Cell part="bot">
        <Avatar name={bot.name} seed={bot.id} />
        <span className={styles.names}>
          <BotLink row={row} />
          <span className={`${shapes.cut} ${shapes.meta}`}>
            {bot.runtime !== "loop" && <RuntimeMark runtime={bot.runtime} />} {bot.role || runtimeLabel(bot)}
          </span>
        </span>
      </Cell>
      <Cell part="now">
        <BotSign row={row} />
        <span className={`${shapes.grow} ${styles.lines}`}>
          <NowWords row={row} />
          <Where row={row} />
        </span>
      </Cell>
      <Cell part="queue" label="queued">
        {health.queueDepth || null}
      </Cell>
      <Cell part="failed" label="failed" title={`${health.failuresInRow} failed in a row: ${health.lastError ?? ""}`}>
        {health.failuresInRow || null}
      </Cell>
      <Cell part="today" title={`Since midnight: ${countOf(tokens, "token")}. ${costTitle(used)}`}>
        {tokens > 0 && (
          <>
            {costLabel(used) ?? `${shortCount(tokens)} tok`}
            <Meter share={share} />
          </>
        )}
      </Cell>
      <Cell part="pulse">
        {steps && total > 0 && (
          <Sparkline
            counts={steps}
            peak={peak}
            isRunning={bot.status === "running"}
            label={`${countOf(total, "step")} in the last 24 hours`}
          />
        )}
      </Cell>
    </div>
  );
}

function Cell({
  part,
  label,
  title,
  children,
}: {
  readonly part: string;
  /** What the number counts, where the column has no head. */
  readonly label?: string;
  readonly title?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the row
    <span role="cell" className={styles[part]} data-label={label} title={children ? title : undefined} tabIndex={-1}>
      {children}
    </span>
  );
}

function BotSign({ row: { bot, newest } }: { readonly row: RosterRow }): ReactElement {
  const last = newest && shownStatus(newest);
  // Its turn is over; a person has not seen how it ended.
  if (bot.status === "idle" && (last === "done_unseen" || last === "failed")) return <Sign status={last} />;
  const { runningTurns, reason } = bot.health;
  const more = runningTurns > 1 ? `, ${runningTurns} turns` : "";
  const why = bot.status === "failing" && reason !== "" ? `: ${reason}` : "";
  return <Sign status={signByStatus[bot.status]} words={`${wordsByStatus[bot.status]}${more}${why}`} />;
}

/**
 * Links to the question that has waited longest, else to the newest words. A bot without a session gets one when it is
 * opened.
 */
function BotLink({ row: { bot, ask, place } }: { readonly row: RosterRow }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  if (place) {
    const focusAsk = (): void => reef.askToFocus.set(ask ? place.id : null);
    return (
      <SessionLink className={styles.name} sessionId={place.id} onClick={focusAsk}>
        {bot.name}
      </SessionLink>
    );
  }
  const open = (): void =>
    void attempt(reef, "Couldn't create the session", async () => {
      const { id } = await createSession(reef, { botId: bot.id });
      router.navigate({ to: "/s/$sessionId", params: { sessionId: id } });
    });
  return (
    <button type="button" className={styles.name} onClick={open}>
      {bot.name}
    </button>
  );
}

/** What it asks, writes, failed at or said last, from the beginning. */
function NowWords({ row: { bot, ask, newest, place } }: { readonly row: RosterRow }): ReactElement {
  const liveWords = useLiveWords((id) => id === place?.id);
  const error = bot.status === "failing" ? bot.health.lastError : null;
  const words = ask ? plainWords(ask.question) : (liveWords ?? error ?? (newest ? lastWords(newest) : null));
  const isQuiet = bot.status === "idle" || bot.status === "paused" || bot.status === "held" || bot.status === "queued";
  const isOver = newest !== null && shownStatus(newest) === "idle";
  return (
    <span
      className={`${shapes.cut} ${styles.words}`}
      data-quiet={(isQuiet && (isOver || !newest)) || undefined}
      dir="auto"
    >
      {words ?? "No messages yet"}
    </span>
  );
}

function Where({ row: { bot, place } }: { readonly row: RosterRow }): ReactElement | null {
  if (!place) return null;
  return (
    <span className={`${shapes.meta} ${styles.where}`}>
      {place.topic && <Swatch color={place.topic.color} />}
      <span className={shapes.cut} dir="auto">
        {place.title}
      </span>
      {bot.lastActiveAt && (
        <time dateTime={bot.lastActiveAt} title={absoluteTime(bot.lastActiveAt)}>
          {shortTime(bot.lastActiveAt, nowMs())}
        </time>
      )}
    </span>
  );
}
