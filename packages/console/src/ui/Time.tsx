/** The time of day of something, with its date for who asks. */
import type { ReactElement } from "react";
import styles from "./Time.module.css";
import { absoluteTime, timeOfDay } from "./time.ts";

export function Time({ at }: { readonly at: string }): ReactElement {
  return (
    <time className={styles.time} dateTime={at} title={absoluteTime(at)}>
      {timeOfDay(at)}
    </time>
  );
}
