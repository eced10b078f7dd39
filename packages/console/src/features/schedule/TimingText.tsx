/** Shows a timing in words, its zone beside it; a pattern that has no words is shown as it is. */
import type { ScheduleTiming } from "@reef/protocol/schedule";
import type { ReactElement } from "react";
import styles from "./ScheduleLine.module.css";
import { type Reader, timingWords } from "./timing-words.ts";

export function TimingText({
  timing,
  reader,
}: {
  readonly timing: ScheduleTiming;
  readonly reader: Reader;
}): ReactElement {
  const { text, timeZone, isPattern } = timingWords(timing, reader);
  return (
    <p title={timing.kind === "cron" ? `${timing.pattern} in ${timing.timeZone}` : undefined}>
      {isPattern ? <code className={styles.code}>{text}</code> : text}
      {timeZone && <span>, {timeZone.replaceAll("_", " ")}</span>}
    </p>
  );
}
