/**
 * Shows one row of a transcript in OpenClaw. OpenClaw says who wrote it: another session's message is framed with the
 * key it came from, and is never shown as the bot's own words.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Gateway } from "@reef/protocol/gateway";
import type { ReactElement } from "react";
import { nowMs } from "../../ui/clock.ts";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Time } from "../../ui/Time.tsx";
import { dayLabel } from "../../ui/time.ts";
import { BotRow, PersonText } from "../session/EntryView.tsx";
import { NoticeView } from "../session/NoticeView.tsx";
import { ToolCall } from "../session/ToolCall.tsx";
import type { TranscriptRow } from "../session/transcript-rows.ts";
import styles from "./OutsideTranscript.module.css";

export interface OutsideRowProps {
  readonly row: TranscriptRow;
  readonly gateway: Gateway;
  readonly agentId: string;
  readonly isRunning: boolean;
  /** Key of the session that wrote a row, by the row's id. */
  readonly keyById: ReadonlyMap<string, string>;
}

export function OutsideRow(props: OutsideRowProps): ReactElement {
  return <div className={styles.row}>{renderRow(props)}</div>;
}

function renderRow({ row, gateway, agentId, isRunning, keyById }: OutsideRowProps): ReactElement | null {
  const author = { id: agentId, name: agentId } as Bot; // an author line reads only these fields of a bot
  if (row.type === "day") {
    return (
      <div className={`${shapes.day} ${styles.day}`}>
        <span>{dayLabel(row.at, nowMs())}</span>
      </div>
    );
  }
  if (row.type === "tool") {
    return (
      <BotRow bot={author} at={(row.call ?? row.result)?.at ?? null} isHead={row.isHead}>
        <ToolCall call={row.call} result={row.result} turn={isRunning ? "running" : null} />
      </BotRow>
    );
  }
  if (row.type !== "entry") return null;
  const { entry } = row;
  if (entry.kind === "person") return <PersonText text={entry.text} at={entry.at} name="A person" />;
  if (entry.kind === "notice") return <NoticeView entry={entry} />;
  if (entry.kind === "session") {
    const fromKey = keyById.get(entry.id) ?? null;
    return (
      <article className={shapes.frame} aria-label={`Message from ${fromKey ?? "another session"}`}>
        <header className={styles.frameHead}>
          <span className={styles.from}>Another session of OpenClaw</span>
          {fromKey && (
            <Link to="/gateways/$gatewayId" params={{ gatewayId: gateway.id }} search={{ key: fromKey }}>
              <code>{fromKey}</code>
            </Link>
          )}
          <Time at={entry.at} />
        </header>
        <Markdown text={entry.text} />
      </article>
    );
  }
  return (
    <BotRow bot={author} at={entry.at} isHead={row.isHead}>
      <Markdown text={entry.text} />
    </BotRow>
  );
}
