/** Shows what a memory said before and says now, with the time each was valid. */
import type { Memory } from "@reef/protocol/memory";
import type { ReactElement } from "react";
import { errorText } from "../../ui/attempt.ts";
import { absoluteTime } from "../../ui/time.ts";
import styles from "./Memory.module.css";
import { readHistory } from "./memory-history.ts";
import { useMemoryRead } from "./use-memory-events.ts";

export function HistoryView({ memory }: { readonly memory: Memory }): ReactElement | null {
  const { data, error } = useMemoryRead(memory.botId, {
    part: ["history", memory.id],
    read: (client) => readHistory(client, memory),
  });
  if (error) return <p className={styles.hint}>Couldn't load the history: {errorText(error)}</p>;
  if (!data) return null;
  return (
    <ol className={styles.history} aria-label="History, newest first">
      {data.toReversed().map((version) => (
        <li key={version.id} data-current={version.id === memory.id || undefined}>
          <p className={styles.version} dir="auto">
            {version.text}
          </p>
          <p>
            {version.validTo === null
              ? `since ${absoluteTime(version.validFrom)}`
              : `valid until ${absoluteTime(version.validTo)}`}
          </p>
        </li>
      ))}
    </ol>
  );
}
