/** Shows the schedules of one session, in its panel. */
import type { Session } from "@reef/protocol/session";
import { type ReactElement, useMemo } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { ScheduleActions } from "./ScheduleActions.tsx";
import { silentWords } from "./ScheduleLine.tsx";
import { ScheduleSign, wordByState } from "./ScheduleSign.tsx";
import styles from "./SessionSchedules.module.css";
import { scheduleRows, sortSchedules } from "./schedule-list.ts";
import { TimingText } from "./TimingText.tsx";
import { relativeWords } from "./timing-words.ts";
import { useReader, useSchedules } from "./use-schedules.ts";

export function SessionSchedules({ session }: { readonly session: Session }): ReactElement {
  const { panel } = useReef();
  const { data } = useSchedules(session.id);
  const reader = useReader(useNow(10_000));
  const schedules = useMemo(() => {
    const rows = scheduleRows(data ?? new Map(), { bots: new Map(), sessionOf: () => session });
    return sortSchedules(rows).map(({ schedule }) => schedule);
  }, [data, session]);
  return (
    <section aria-labelledby="session-schedules" aria-busy={!data}>
      <header className={styles.head}>
        <h3 className={styles.heading} id="session-schedules">
          Schedules of this session
        </h3>
        <Button look="quiet" onClick={() => panel.set({ type: "schedule", sessionId: session.id })}>
          New schedule
        </Button>
      </header>
      {data?.size === 0 && <p className={shapes.meta}>No schedules yet.</p>}
      {schedules.length > 0 && (
        <ul className={shapes.bare}>
          {schedules.map((schedule) => (
            <li key={schedule.id} className={styles.item} data-schedule={schedule.id}>
              <ScheduleSign state={schedule.state} />
              <div className={styles.words}>
                <p className={`${shapes.cut} ${styles.name}`} dir="auto">
                  {schedule.name}
                </p>
                <TimingText timing={schedule.timing} reader={reader} />
              </div>
              <p className={styles.next}>
                {session.archivedAt !== null && schedule.state === "active" ? (
                  <span title={silentWords}>off</span>
                ) : schedule.nextAt ? (
                  <time dateTime={schedule.nextAt} title={`Next: ${absoluteTime(schedule.nextAt)}`}>
                    {relativeWords(Date.parse(schedule.nextAt), reader.nowMs)}
                  </time>
                ) : (
                  wordByState[schedule.state].toLowerCase()
                )}
                {schedule.by === "bot" && <span className={shapes.meta}>by the bot</span>}
              </p>
              <ScheduleActions schedule={schedule} isMenuOnly />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
