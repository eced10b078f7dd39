/** Shows one schedule: what it sends, when and where, what is next, what it has sent, and who created it. */

import type { Schedule } from "@reef/protocol/schedule";
import { memo, type ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { cutText } from "../../ui/cut-text.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { ScheduleActions } from "./ScheduleActions.tsx";
import styles from "./ScheduleLine.module.css";
import { ScheduleSign } from "./ScheduleSign.tsx";
import type { ScheduleRow } from "./schedule-list.ts";
import { TimingText } from "./TimingText.tsx";
import { momentWords, type Reader, relativeWords } from "./timing-words.ts";
import { useShowSent } from "./use-show-sent.ts";

/** Explains what “skipped” counts. */
export const skippedWords =
  "Times without a message of their own: Reef was down, the message before was still waiting, or the session was archived.";

export interface ScheduleLineProps {
  readonly row: ScheduleRow;
  readonly reader: Reader;
  /** False under a heading that names it. */
  readonly hasBot: boolean;
  readonly onPoint: (id: Schedule["id"] | null) => void;
}

export const ScheduleLine = memo(function ScheduleLine({
  row: { schedule, botName, sessionTitle, isSilent },
  reader,
  hasBot,
  onPoint,
}: ScheduleLineProps): ReactElement {
  const { panel } = useReef();
  const { id, name, text, timing, botId, sessionId, by, state } = schedule;
  return (
    <li
      className={styles.line}
      data-schedule={id}
      data-state={isSilent && state === "active" ? "silent" : state}
      onPointerEnter={() => onPoint(id)}
      onPointerLeave={() => onPoint(null)}
    >
      <ScheduleSign state={state} />
      <div className={styles.what}>
        <p className={styles.head}>
          <button
            type="button"
            className={`${shapes.cut} ${styles.name}`}
            title="Edit this schedule"
            onClick={() => panel.set({ type: "schedule", schedule })}
          >
            {name}
          </button>
          <span className={styles.maker}>{by === "bot" ? `by ${botName} itself` : "by you"}</span>
        </p>
        {text !== name && (
          <p className={shapes.cut} title={text.slice(0, 600)} dir="auto">
            {cutText(text, 300)}
          </p>
        )}
      </div>
      <div className={styles.when}>
        <TimingText timing={timing} reader={reader} />
        <p className={styles.place}>
          {hasBot && (
            <>
              <Avatar name={botName} seed={botId} size="small" />
              <span className={`${shapes.cut} ${styles.bot}`} dir="auto">
                {botName}
              </span>
              <span aria-hidden="true">·</span>
            </>
          )}
          <SessionLink sessionId={sessionId} className={`${shapes.cut} ${styles.session}`}>
            {sessionTitle ?? "an archived session"}
          </SessionLink>
        </p>
      </div>
      <NextTime schedule={schedule} isSilent={isSilent} reader={reader} />
      <Past schedule={schedule} reader={reader} />
      <ScheduleActions schedule={schedule} />
    </li>
  );
});

/** Explains why an active schedule has no next time. */
export const silentWords = "Its session is archived: nothing is sent until you restore it.";

function NextTime({
  schedule: { nextAt, state },
  isSilent,
  reader,
}: {
  readonly schedule: Schedule;
  readonly isSilent: boolean;
  readonly reader: Reader;
}): ReactElement {
  if (nextAt === null) return <p className={styles.next}>{state === "done" ? "Done" : "Paused"}</p>;
  const ms = Date.parse(nextAt);
  if (isSilent)
    return (
      <p className={styles.next} title={silentWords}>
        Off <span>session archived</span>
      </p>
    );
  return (
    <p className={styles.next}>
      <time dateTime={nextAt} title={`Next: ${absoluteTime(nextAt)}`}>
        <span className={styles.far}>{ms <= reader.nowMs ? "due now" : relativeWords(ms, reader.nowMs)}</span>{" "}
        <span>{momentWords(ms, reader)}</span>
      </time>
    </p>
  );
}

function Past({ schedule, reader }: { readonly schedule: Schedule; readonly reader: Reader }): ReactElement {
  const { lastAt, lastMessageId, sent, skipped, name } = schedule;
  const showSent = useShowSent();
  const last = lastAt === null ? null : relativeWords(Date.parse(lastAt), reader.nowMs);
  return (
    <div className={styles.past}>
      {last !== null && lastAt !== null && (
        <p title={`Last: ${absoluteTime(lastAt)}`}>
          {lastMessageId === null ? (
            `last ${last}`
          ) : (
            <button
              type="button"
              className={styles.last}
              aria-label={`Last ${last}: show what “${name}” sent`}
              onClick={() => showSent(schedule)}
            >
              last {last} <span aria-hidden="true">↗</span>
            </button>
          )}
        </p>
      )}
      <p>
        {sent + skipped > 0 && `${sent.toLocaleString()} sent`}
        {skipped > 0 && <span title={skippedWords}>, {skipped.toLocaleString()} skipped</span>}
      </p>
    </div>
  );
}
