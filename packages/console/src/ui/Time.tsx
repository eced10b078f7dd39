/** Shows a time of day, with its date on hover. */
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
