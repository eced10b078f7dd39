/** Describes what is under the pointer. */
import { assertNever } from "@reef/protocol/error";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { TimelineMessage } from "@reef/protocol/overview";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { nowMs } from "../../ui/clock.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { absoluteTime, durationLabel } from "../../ui/time.ts";
import styles from "./ActivityScreen.module.css";
import type { Lane } from "./lanes.ts";
import type { Hit } from "./layout.ts";

export interface HitCardProps {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
  readonly lanes: readonly Lane[];
}

export const wordsByTurn = {
  running: "Running",
  waiting: "Waiting",
  done: "Done",
  failed: "Failed",
  cancelled: "Stopped",
} as const;

export function HitCard({ hit, x, y, lanes }: HitCardProps): ReactElement {
  const nameOf = (id: BotId): string => lanes.find(({ botId }) => botId === id)?.name ?? "a deleted bot";
  const title = useTitle(sessionOfHit(hit));
  return (
    <div className={styles.card} data-left={x > 320 || undefined} style={{ left: x, top: y }}>
      {hit.type === "turn" && (
        <>
          <b>
            {nameOf(hit.turn.botId)}: {wordsByTurn[hit.turn.state].toLowerCase()}
          </b>
          <span dir="auto">{title}</span>
          <span>
            {absoluteTime(hit.turn.startedAt)}, {turnDuration(hit.turn)}
          </span>
          <span>
            {countOf(hit.turn.steps, "step")}, {shortCount(hit.turn.usage.inputTokens + hit.turn.usage.outputTokens)}{" "}
            tokens
          </span>
          {hit.turn.error && (
            <span className={styles.cardError} dir="auto">
              {hit.turn.error}
            </span>
          )}
        </>
      )}
      {hit.type === "ask" && (
        <>
          <b>
            {nameOf(hit.ask.botId)} asks {hit.ask.state === "open" ? "" : `(${hit.ask.state})`}
          </b>
          <span dir="auto">{title}</span>
          <span dir="auto">{hit.ask.question}</span>
          <span>{absoluteTime(hit.ask.createdAt)}</span>
        </>
      )}
      {hit.type === "refusal" && (
        <>
          <b>{nameOf(hit.refusal.botId)}: a message was refused</b>
          <span dir="auto">{title}</span>
          <span dir="auto">{hit.refusal.text}</span>
          <span>{absoluteTime(hit.refusal.at)}</span>
        </>
      )}
      {hit.type === "bundle" && (
        <>
          <b>
            {nameOf(latestOf(hit.messages).botId)}: {hit.messages.length} messages between its own sessions
          </b>
          <span>Latest: {title}</span>
          <span dir="auto">{latestOf(hit.messages).text}</span>
          <span>{absoluteTime(latestOf(hit.messages).receipts.acceptedAt)}</span>
        </>
      )}
      {hit.type === "message" && (
        <>
          <b>
            {hit.message.fromBotId === hit.message.botId
              ? `${nameOf(hit.message.botId)}, between its own sessions`
              : `${nameOf(hit.message.fromBotId)} → ${nameOf(hit.message.botId)}`}
            : {hit.message.state}
          </b>
          <span dir="auto">{title}</span>
          <span dir="auto">{hit.message.text}</span>
          <span>{absoluteTime(hit.message.receipts.acceptedAt)}</span>
        </>
      )}
    </div>
  );
}

export function sessionOfHit(hit: Hit): SessionId {
  switch (hit.type) {
    case "turn":
      return hit.turn.sessionId;
    case "ask":
      return hit.ask.sessionId;
    case "refusal":
      return hit.refusal.sessionId;
    case "message":
      return hit.message.sessionId;
    case "bundle":
      return latestOf(hit.messages).sessionId;
    default:
      return assertNever(hit);
  }
}

/** A bundle is never empty. */
function latestOf(messages: readonly TimelineMessage[]): TimelineMessage {
  const [first, ...rest] = messages;
  if (!first) throw new Error("a group has messages");
  return rest.reduce((a, b) => (a.receipts.acceptedAt < b.receipts.acceptedAt ? b : a), first);
}

export function turnDuration({
  startedAt,
  endedAt,
}: {
  readonly startedAt: string;
  readonly endedAt: string | null;
}): string {
  const label = durationLabel((endedAt === null ? nowMs() : Date.parse(endedAt)) - Date.parse(startedAt));
  return endedAt === null ? `for ${label} so far` : `took ${label}`;
}

function useTitle(sessionId: SessionId): string {
  const { reads } = useReef();
  const { data } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(sessionId)?.title });
  return data ?? "an archived session";
}
