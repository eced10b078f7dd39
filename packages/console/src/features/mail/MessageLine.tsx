/** Shows one message: who wrote to whom, its first words and its progress. Opened, it shows everything that is known. */

import type { BotId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { nowMs } from "../../ui/clock.ts";
import { cutText } from "../../ui/cut-text.ts";
import form from "../../ui/Form.module.css";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { messageWords } from "../attachment/file-words.ts";
import { ScheduleLabel, scheduleName } from "../session/ScheduleLabel.tsx";
import styles from "./MessageLine.module.css";
import { ReceiptDots, ReceiptTimes } from "./Receipts.tsx";

export interface MessageLineProps {
  readonly message: Message;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChain: () => void;
  /** Makes the message selectable. */
  readonly onSelect?: () => void;
  readonly isSelected?: boolean;
}

export function MessageLine({
  message,
  isOpen,
  onToggle,
  onChain,
  onSelect,
  isSelected = false,
}: MessageLineProps): ReactElement {
  const to = useReceiver(message);
  const from = senderWords(message);
  const { acceptedAt } = message.receipts;
  // Between two sessions of one bot, its name would say nothing.
  const isWithinBot = from.botId !== null && from.botId === to.botId;
  return (
    <article className={styles.message} data-message={message.id} data-open={isOpen || undefined}>
      {onSelect && (
        <label className={styles.choose}>
          <input
            type="checkbox"
            aria-label={`Select “${cutText(messageWords(message), 60)}”`}
            checked={isSelected}
            onChange={onSelect}
          />
        </label>
      )}
      <button type="button" className={styles.line} aria-expanded={isOpen} onClick={onToggle}>
        <span className={styles.ends}>
          <End name={isWithinBot ? from.title : from.name} seed={from.botId} /> <span className={styles.arrow}>→</span>{" "}
          <End name={isWithinBot ? to.title : to.botName} seed={to.botId} />
        </span>
        <span className={styles.text} dir="auto">
          <span className={shapes.cut}>
            {message.purpose !== "text" && <span className={styles.purpose}>{message.purpose}</span>}
            {messageWords(message)}
          </span>
          {message.state === "dead" && message.reason && !isOpen && (
            <span className={`${shapes.cut} ${shapes.meta}`}>{message.reason}</span>
          )}
        </span>
        <ReceiptDots message={message} />
        <time className={styles.time} dateTime={acceptedAt} title={absoluteTime(acceptedAt)}>
          {shortTime(acceptedAt, nowMs())}
        </time>
      </button>
      {isOpen && (
        <div className={styles.more}>
          <p className={styles.whole} dir="auto">
            {message.text || messageWords(message)}
          </p>
          {message.reason && (
            <p className={message.state === "dead" ? form.error : shapes.soft} dir="auto">
              {message.reason}
            </p>
          )}
          <div className={styles.facts}>
            <ReceiptTimes message={message} />
            <dl className={styles.places}>
              <dt>From</dt>
              <dd>
                {message.from.kind === "session" ? (
                  <SessionLink sessionId={message.from.sessionId}>{message.from.title}</SessionLink>
                ) : message.from.kind === "schedule" ? (
                  <ScheduleLabel from={message.from} at={acceptedAt} botName={to.botName} />
                ) : (
                  from.name
                )}
              </dd>
              <dt>To</dt>
              <dd>
                <SessionLink sessionId={message.sessionId}>{to.title}</SessionLink>
              </dd>
              <dt>Chain</dt>
              <dd>
                <button type="button" className={styles.chain} onClick={onChain}>
                  {message.chainId.slice(-6)}
                </button>{" "}
                hop {message.hops}
                {message.retries > 0 && `, retried ${message.retries}×`}
              </dd>
            </dl>
          </div>
          {message.state === "dead" && message.dismissedAt === null && <DeadActions message={message} />}
        </div>
      )}
    </article>
  );
}

function DeadActions({ message: { id } }: { readonly message: Message }): ReactElement {
  const reef = useReef();
  const { client } = reef;
  const act = (what: string, run: () => Promise<unknown>) => (): void =>
    void attempt(reef, what, async () => void (await run()));
  return (
    <div className={styles.actions}>
      <Button onClick={act("Couldn't retry it", () => client.retryMessage(id))}>Retry</Button>
      <Button look="quiet" onClick={act("Couldn't dismiss it", () => client.dismissMessage(id))}>
        Dismiss
      </Button>
    </div>
  );
}

function End({ name, seed }: { readonly name: string; readonly seed: BotId | null }): ReactElement {
  return (
    <span className={styles.end}>
      {seed && <Avatar name={name} seed={seed} size="small" />}
      <span className={shapes.cut} dir="auto" title={name}>
        {name}
      </span>
    </span>
  );
}

function senderWords({ from }: Message): {
  readonly name: string;
  readonly title: string;
  readonly botId: BotId | null;
} {
  if (from.kind === "session") return { name: from.botName, title: from.title, botId: from.botId };
  const name = from.kind === "schedule" ? scheduleName(from) : from.kind === "person" ? (from.name ?? "You") : "Reef";
  return { name, title: name, botId: null };
}

function useReceiver({ sessionId }: Message): {
  readonly title: string;
  readonly botId: BotId | null;
  readonly botName: string;
} {
  const { reads } = useReef();
  const { data: session } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(sessionId) });
  const botId = session?.botId ?? null;
  const { data: botName = "an archived session" } = useQuery({
    ...botsQuery(reads),
    select: (bots) => (botId ? bots.get(botId)?.name : undefined),
  });
  return { title: session?.title ?? "an archived session", botId, botName };
}
