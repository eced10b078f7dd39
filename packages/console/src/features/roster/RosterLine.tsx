/**
 * Shows one bot of the roster. Its name links to what needs you, else to its newest session; its latest words move while it
 * writes.
 */
import type { BotStatus } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import type { SessionStatus } from "@reef/protocol/session";
import { type ReactElement, type ReactNode, useSyncExternalStore } from "react";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { nowMs } from "../../ui/clock.ts";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { lastWords, plainWords } from "../../ui/last-words.ts";
import { RuntimeMark, runtimeLabel } from "../../ui/RuntimeMark.tsx";
import { useRouter } from "../../ui/router.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import { Sign } from "../../ui/Sign.tsx";
import { Swatch } from "../../ui/Swatch.tsx";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { createSession } from "../session/session-actions.ts";
import styles from "./Roster.module.css";
import type { RosterRow } from "./roster-rows.ts";
import { Sparkline } from "./Sparkline.tsx";

export const signByStatus: Readonly<Record<BotStatus, SessionStatus>> = {
  idle: "idle",
  queued: "queued",
  running: "running",
  needs_you: "needs_you",
  failing: "failed",
  paused: "paused",
};

export const wordsByStatus: Readonly<Record<BotStatus, string>> = {
  idle: "Idle",
  queued: "Queued",
  running: "Running",
  needs_you: "Needs you",
  failing: "Failing",
  paused: "Paused",
};

export interface RosterLineProps {
  readonly row: RosterRow;
  readonly steps: readonly number[] | null;
  readonly peak: number;
}

export function RosterLine({ row, steps, peak }: RosterLineProps): ReactElement {
  const { bot, place, topics, tokens, used } = row;
  const { health } = bot;
  const total = steps?.reduce((sum, count) => sum + count, 0) ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows are virtual, and a table's cannot be
    <div role="row" className={styles.row} data-bot={bot.id} tabIndex={-1}>
      <Cell part="bot">
        <Avatar name={bot.name} seed={bot.id} />
        <span className={styles.names}>
          <BotLink row={row} />
          <span className={styles.role}>
            <RuntimeMark runtime={bot.runtime} /> {bot.role || runtimeLabel(bot)}
          </span>
        </span>
      </Cell>
      <Cell part="state">
        <Sign status={signByStatus[bot.status]} />
        <span className={styles.stateWords} data-status={bot.status} title={health.reason}>
          {wordsByStatus[bot.status]}
          {health.runningTurns > 1 && ` ×${health.runningTurns}`}
        </span>
      </Cell>
      <Cell part="last">
        <span className={styles.lastLine}>
          <LastWords row={row} />
        </span>
        <span className={styles.where}>
          {topics.slice(0, 2).map(({ id, name, color }) => (
            <span key={id} className={styles.topic}>
              <Swatch color={color} />
              {name}
            </span>
          ))}
          {topics.length > 2 && <span className={styles.topic}>+{topics.length - 2}</span>}
          {place && (
            <span className={styles.session} dir="auto">
              {place.title}
            </span>
          )}
          {bot.lastActiveAt && (
            <time dateTime={bot.lastActiveAt} title={absoluteTime(bot.lastActiveAt)}>
              {shortTime(bot.lastActiveAt, nowMs())}
            </time>
          )}
        </span>
      </Cell>
      <Cell part="queue" isZero={health.queueDepth === 0} label="queued">
        {health.queueDepth}
      </Cell>
      <Cell part="failures" isZero={health.failuresInRow === 0} label="failed in a row" title={health.lastError ?? ""}>
        {health.failuresInRow}
      </Cell>
      <Cell
        part="tokens"
        isZero={tokens === 0}
        label="tokens"
        title={`Since midnight: ${countOf(tokens, "token")}. ${costTitle(used)}`}
      >
        <span className={styles.count}>{shortCount(tokens)}</span>
        {used.modelCalls > 0 && <span className={styles.cost}>{costLabel(used)}</span>}
      </Cell>
      <Cell part="pulse">
        {steps && <Sparkline counts={steps} peak={peak} label={`${countOf(total, "step")} in the last 24 hours`} />}
      </Cell>
    </div>
  );
}

function Cell({
  part,
  isZero = false,
  label,
  title,
  children,
}: {
  readonly part: string;
  readonly isZero?: boolean;
  /** What the number counts, where the column has no head. */
  readonly label?: string;
  readonly title?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the row
    <span
      role="cell"
      className={styles[part]}
      data-zero={isZero || undefined}
      data-label={label}
      title={title || undefined}
      tabIndex={-1}
    >
      {children}
    </span>
  );
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

const shownLiveLength = 120;

function LastWords({ row: { bot, ask, newest, sessionIds } }: { readonly row: RosterRow }): ReactElement {
  const { live } = useReef();
  const liveWords = useSyncExternalStore(live.texts.subscribe, () => newestLiveText(live.texts.get(), sessionIds));
  if (ask)
    return (
      <span className={styles.last} data-tone="needs">
        {plainWords(ask.question)}
      </span>
    );
  if (liveWords)
    return (
      <span className={styles.last} data-live>
        <span>{liveWords}</span>
      </span>
    );
  if (bot.status === "failing" && bot.health.lastError) {
    return (
      <span className={styles.last} data-tone="failed">
        {bot.health.lastError}
      </span>
    );
  }
  return (
    <span className={styles.last} dir="auto">
      {newest ? lastWords(newest) : "No messages yet"}
    </span>
  );
}

function newestLiveText(
  texts: ReadonlyMap<unknown, { readonly sessionId: SessionId; readonly text: string }>,
  sessionIds: ReadonlySet<SessionId>,
): string | null {
  let words: string | null = null;
  for (const { sessionId, text } of texts.values()) {
    if (text !== "" && sessionIds.has(sessionId)) words = text.slice(-shownLiveLength).replace(/^\S*\s/, "… ");
  }
  return words;
}
