/** Says that a schedule sent the message, and for when it was planned: no person typed it at that moment (SC4). */
import type { Sender } from "@reef/protocol/message";
import type { ReactElement } from "react";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, dayKey, shortTime, timeOfDay } from "../../ui/time.ts";
import styles from "./ScheduleLabel.module.css";

type FromSchedule = Extract<Sender, { kind: "schedule" }>;

export function scheduleName({ name }: FromSchedule): string {
  return `Schedule “${name}”`;
}

export function ScheduleLabel({
  from,
  at,
  botName = "the bot",
}: {
  readonly from: FromSchedule;
  /** When it was sent. */
  readonly at: string;
  readonly botName?: string | undefined;
}): ReactElement {
  const { scheduleId, by, dueAt, missed } = from;
  const isSameDay = dayKey(Date.parse(dueAt)) === dayKey(Date.parse(at));
  return (
    <span className={`${shapes.soft} ${styles.label}`}>
      <Link to="/schedules" hash={scheduleId}>
        {scheduleName(from)}
      </Link>{" "}
      <span title={absoluteTime(dueAt)}>
        · planned {by === "bot" && `by ${botName} itself `}for{" "}
        {isSameDay ? "" : `${shortTime(dueAt, Date.parse(at))}, `}
        {timeOfDay(dueAt)}
        {missed > 0 && ` · ${missed} missed`}
      </span>
    </span>
  );
}
