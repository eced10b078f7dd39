/** Heads several sessions that were started one after the other. */
import { GitFork } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { timeOfDay } from "../../ui/time.ts";
import styles from "./ToolCall.module.css";
import type { TranscriptRow } from "./transcript-rows.ts";

export function SpawnsHead({ row }: { readonly row: Extract<TranscriptRow, { type: "spawns" }> }): ReactElement {
  return (
    <p className={styles.line}>
      <Icon icon={GitFork} size={14} />
      <span className={styles.verb}>{row.count} sub-sessions</span> started {timeOfDay(row.at)}
    </p>
  );
}
