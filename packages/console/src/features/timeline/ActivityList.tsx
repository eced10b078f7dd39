/**
 * Lists what the timeline shows, in words and in order, newest first: for people who cannot see lanes, and for copying.
 */
import type { BotId, SessionId } from "@reef/protocol/ids";
import { type ReactElement, useMemo } from "react";
import { VList } from "virtua";
import { nowMs } from "../../ui/clock.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { absoluteTime, shortMoment } from "../../ui/time.ts";
import styles from "./ActivityScreen.module.css";
import { turnDuration, wordsByTurn } from "./HitCard.tsx";
import type { TimelineState } from "./timeline-state.ts";

interface Row {
  readonly id: string;
  readonly at: string;
  readonly sessionId: SessionId;
  readonly who: string;
  readonly what: string;
  /** Of what a person should see; all else has no sign. */
  readonly sign: "failed" | "needs_you" | null;
}

function activityRows(state: TimelineState, names: ReadonlyMap<BotId, string>): readonly Row[] {
  const nameOf = (id: BotId): string => names.get(id) ?? "a deleted bot";
  const turns = [...state.turns.values()].map((turn): Row => {
    const error = turn.error ? `: ${turn.error}` : "";
    return {
      id: turn.id,
      at: turn.startedAt,
      sessionId: turn.sessionId,
      who: nameOf(turn.botId),
      what: `${wordsByTurn[turn.state]}, ${turnDuration(turn)}${error}`,
      sign: turn.state === "failed" ? "failed" : null,
    };
  });
  const messages = [...state.messages.values()].map(
    (message): Row => ({
      id: message.id,
      at: message.receipts.acceptedAt,
      sessionId: message.sessionId,
      who: `${nameOf(message.fromBotId)} → ${nameOf(message.botId)}`,
      what: `Message, ${message.state}: ${message.text}`,
      sign: message.state === "dead" ? "failed" : null,
    }),
  );
  const asks = [...state.asks.values()].map(
    (ask): Row => ({
      id: ask.id,
      at: ask.createdAt,
      sessionId: ask.sessionId,
      who: nameOf(ask.botId),
      what: `Asks (${ask.state}): ${ask.question}`,
      sign: ask.state === "open" ? "needs_you" : null,
    }),
  );
  const refusals = [...state.refusals.values()].map(
    ({ id, at, sessionId, botId, text }): Row => ({
      id,
      at,
      sessionId,
      who: nameOf(botId),
      what: text,
      sign: "failed",
    }),
  );
  return [...turns, ...messages, ...asks, ...refusals].sort((a, b) =>
    a.at < b.at || (a.at === b.at && a.id < b.id) ? 1 : -1,
  );
}

export function ActivityList({
  state,
  names,
}: {
  readonly state: TimelineState;
  readonly names: ReadonlyMap<BotId, string>;
}): ReactElement {
  const rows = useMemo(() => activityRows(state, names), [state, names]);
  return (
    <VList className={shapes.fill} data={rows} bufferSize={400} aria-label="Activity, newest first" role="feed">
      {(row) => (
        <article key={row.id} className={styles.row} data-activity={row.id}>
          <time dateTime={row.at} title={absoluteTime(row.at)}>
            {shortMoment(row.at, nowMs())}
          </time>
          <span className={styles.sign}>{row.sign && <Sign status={row.sign} />}</span>
          <SessionLink sessionId={row.sessionId}>{row.who}</SessionLink>
          <span className={styles.what} data-told={row.sign !== null || undefined}>
            {row.what}
          </span>
        </article>
      )}
    </VList>
  );
}
