/**
 * Shows a message from another session, visibly framed with its sender, chain and hop: a person must never take one
 * bot's words for another's, or for their own. The engine names the sender, not the text (MB9).
 */
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Message, Sender } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Time } from "../../ui/Time.tsx";
import { Files } from "../attachment/Files.tsx";
import { chainPath } from "./chain-path.ts";
import { ScheduleLabel, scheduleName } from "./ScheduleLabel.tsx";
import styles from "./SessionMessage.module.css";
import { type EntryClue, useShowEntry } from "./use-show-entry.ts";

const wordByPurpose = { text: "message", request: "request", task: "task", result: "result" } as const;

export function SessionMessage({ entry, bot }: { readonly entry: Entry; readonly bot: Bot | undefined }): ReactElement {
  const { client } = useReef();
  const { messageId, from } = entry;
  const { data: message } = useQuery({
    queryKey: ["message", messageId],
    queryFn: () => (messageId ? client.message(messageId) : null),
    enabled: messageId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const showEntry = useShowEntry();
  // A session of OpenClaw that is not in Reef has no bot here; only its key is known.
  const outsideKey = from?.kind === "system" && entry.externalId ? from.reason.replace(/^OpenClaw session /, "") : null;
  const name =
    from?.kind === "session"
      ? from.botName
      : outsideKey !== null
        ? "OpenClaw"
        : from?.kind === "schedule"
          ? scheduleName(from)
          : from?.kind === "system"
            ? "Reef"
            : "Unknown sender";
  const word = message ? wordByPurpose[message.purpose] : "message";
  const path = useChainPath(message ?? null);
  return (
    <article className={`${shapes.card} ${styles.frame}`} aria-label={`${word} from ${name}`}>
      <header className={styles.head}>
        {from?.kind === "schedule" ? (
          <ScheduleLabel from={from} at={entry.at} botName={bot?.name} />
        ) : (
          <>
            <Avatar name={name} seed={from?.kind === "session" ? from.botId : name} size="small" />
            <span className={styles.name} dir="auto">
              {name}
            </span>
          </>
        )}
        {from?.kind === "session" && (
          <SessionLink sessionId={from.sessionId} className={`${shapes.cut} ${styles.title}`}>
            {from.title}
          </SessionLink>
        )}
        {outsideKey !== null && <code className={`${shapes.cut} ${styles.title}`}>{outsideKey}</code>}
        <span className={styles.chain} title={message ? `${word}, chain ${message.chainId}` : undefined}>
          {word !== "message" && <span>{word}</span>}
          {path.length > 1 && (
            <span className={`${shapes.cut} ${styles.path}`}>
              {path.map((each, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a path may pass the same bot twice
                <span key={at}>{each} › </span>
              ))}
              here
            </span>
          )}
          {message && message.hops > 0 && <span>hop {message.hops}</span>}
          <Time at={entry.at} />
        </span>
        {message && from?.kind === "session" && (
          <Button
            look="quiet"
            isSquare
            isSmall
            aria-label="Show original"
            title="Go to where it was sent"
            onClick={() => void showEntry(originOf(message, from))}
          >
            <Icon icon={ArrowUpRight} size={14} />
          </Button>
        )}
      </header>
      <div className={styles.text}>
        {entry.text !== "" && <Markdown text={entry.text} />}
        <Files files={entry.attachments} sessionId={entry.sessionId} />
      </div>
    </article>
  );
}

/** Returns who a message came through, the first first: from sender to sender along its chain. */
function useChainPath(message: Message | null): readonly string[] {
  const { client } = useReef();
  const { data: before } = useQuery({
    queryKey: ["chain-before", message?.id],
    queryFn: async () =>
      message ? (await client.messages({ chainId: message.chainId, limit: mostInChain })).items : [],
    enabled: message !== null && message.hops > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return message && before ? chainPath(message, before) : [];
}

const mostInChain = 200;

/** A sent message is named in the result of the call that sent it; a result is the child's final answer before it. */
function originOf(message: Message, { sessionId }: Extract<Sender, { kind: "session" }>): EntryClue {
  const isIt = (entry: Entry): boolean =>
    message.purpose === "result"
      ? entry.kind === "bot" && entry.text !== ""
      : entry.kind === "tool_result" && entry.text.includes(message.id);
  return { sessionId, at: message.receipts.acceptedAt, isIt };
}
