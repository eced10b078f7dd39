/** Draws one entry of a transcript; each kind has its own look, so that its author is seen before it is read. */
import type { Bot } from "@reef/protocol/bot";
import { readCutNote } from "@reef/protocol/cut-note";
import type { Entry } from "@reef/protocol/entry";
import type { ReactElement, ReactNode } from "react";
import { Avatar } from "../../ui/Avatar.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Time } from "../../ui/Time.tsx";
import { Files } from "../attachment/Files.tsx";
import styles from "./EntryView.module.css";
import { ScheduleLabel, scheduleName } from "./ScheduleLabel.tsx";

const NoticeView = lazyPart("NoticeView", () => import("./NoticeView.tsx"));
const ReasoningLine = lazyPart("ReasoningLine", () => import("./ReasoningLine.tsx"));
const TurnFiles = lazyPart("TurnFiles", () => import("../workspace/TurnFiles.tsx"));
const SessionMessage = lazyPart("SessionMessage", () => import("./SessionMessage.tsx"));

/** Loads them ahead, so that they are in place when their session opens. */
export async function readNoticeAhead(): Promise<void> {
  await Promise.all([NoticeView, SessionMessage, ReasoningLine].map((part) => part.readAhead()));
}

export function EntryView({
  entry,
  bot,
  isHead,
}: {
  readonly entry: Entry;
  readonly bot: Bot | undefined;
  readonly isHead: boolean;
}): ReactElement {
  const { text, at, sessionId } = entry;
  const files = <Files files={entry.attachments} sessionId={sessionId} isOwn={entry.kind === "person"} />;
  switch (entry.kind) {
    case "person":
      if (entry.from?.kind === "schedule") {
        return (
          <PersonText text={text} at={at} files={files} name={scheduleName(entry.from)}>
            <ScheduleLabel from={entry.from} at={entry.at} /> sent <Time at={entry.at} />
          </PersonText>
        );
      }
      return isFromElsewhere(entry) ? (
        <PersonText text={text} at={at} files={files} name="Someone in OpenClaw">
          typed in OpenClaw <Time at={entry.at} />
        </PersonText>
      ) : (
        <PersonText
          text={text}
          at={at}
          files={files}
          name={entry.from?.kind === "person" ? entry.from.name : undefined}
        />
      );
    case "session":
      return (
        <Part
          instead={<p className={styles.partial}>{entry.text}</p>}
          what="The message"
          fallback={<p className={styles.partial}>{entry.text}</p>}
        >
          <SessionMessage entry={entry} bot={bot} />
        </Part>
      );
    case "notice":
      return (
        <Part
          instead={<p className={styles.partial}>{entry.text}</p>}
          what="The notice"
          fallback={<p className={styles.partial}>{entry.text.slice(0, 160)}</p>}
        >
          <NoticeView entry={entry} />
        </Part>
      );
    case "bot":
    case "tool_call":
    case "tool_result": {
      const cut = readCutNote(text);
      const said = cut?.text ?? text;
      return (
        <BotRow bot={bot} at={entry.at} isHead={isHead}>
          <Reasoning entry={entry} />
          {said !== "" && <Markdown text={said} />}
          {files}
          {entry.kind === "bot" && bot?.box && (
            <Part what="The files of the turn" look="line">
              <TurnFiles entry={entry} bot={bot} />
            </Part>
          )}
          {cut && <CutMark tokens={cut.tokens} />}
          {entry.partial && <p className={styles.partial}>Cut off: the turn was stopped here.</p>}
        </BotRow>
      );
    }
  }
}

/** Shows what the model thought, if it did. */
export function Reasoning({
  entry,
  isInRun,
}: {
  readonly entry: Entry;
  readonly isInRun?: boolean | undefined;
}): ReactElement | null {
  if (!entry.reasoning) return null;
  return (
    <Part what="The reasoning" look="line">
      <ReasoningLine entry={entry} isInRun={isInRun} />
    </Part>
  );
}

function CutMark({ tokens }: { readonly tokens: number | null }): ReactElement {
  return (
    <p className={styles.partial}>
      {tokens === null ? "Cut off: this is as long as an answer can be." : `Cut off at the limit of ${tokens} tokens.`}
    </p>
  );
}

/** True for an imported message, which was typed elsewhere and not sent here. */
function isFromElsewhere({ externalId, messageId }: Entry): boolean {
  return externalId !== undefined && messageId === null;
}

export function PersonText({
  text,
  at,
  files,
  name,
  children,
}: {
  /** Empty for a message of files only. */
  readonly text: string;
  readonly at: string | null;
  readonly files?: ReactNode;
  readonly name?: string | undefined;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <article className={styles.person} aria-label={`${name ?? "You"} wrote`}>
      {text !== "" && (
        <div className={styles.bubble} data-pending={at === null || undefined} dir="auto">
          {text}
        </div>
      )}
      {files}
      {children ? (
        <div className={styles.foot}>{children}</div>
      ) : (
        at && (
          <div className={`${styles.foot} ${styles.when}`}>
            <Time at={at} />
          </div>
        )
      )}
    </article>
  );
}

/** Draws a row in the bot's column. The author line is only at the head of a run. */
export function BotRow({
  bot,
  at,
  isHead,
  isStep = false,
  children,
}: {
  readonly bot: Bot | undefined;
  readonly at: string | null;
  readonly isHead: boolean;
  /** True for the line of a step: steps stand close together. */
  readonly isStep?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const name = bot?.name ?? "Bot";
  return (
    <article
      className={styles.bot}
      data-head={isHead || undefined}
      data-step={isStep || undefined}
      aria-label={`${name} wrote`}
    >
      <div className={styles.gutter}>{isHead && <Avatar name={name} seed={bot?.id ?? ""} />}</div>
      <div className={styles.body}>
        {isHead && (
          <div className={styles.author}>
            <span className={`${shapes.cut} ${styles.name}`} dir="auto">
              {name}
            </span>
            {at && <Time at={at} />}
          </div>
        )}
        {children}
      </div>
    </article>
  );
}
