/** A message on its way, at once where it will stand. One that nobody took keeps its text and says what to do. */
import type { ReactElement } from "react";
import { Files } from "../attachment/Files.tsx";
import { useCell } from "../cell.ts";
import { isStale } from "../live.ts";
import type { OutboxItem } from "../outbox.ts";
import { useReef } from "../reef.ts";
import { PersonText } from "./EntryView.tsx";
import styles from "./OutgoingMessage.module.css";

export function OutgoingMessage({ item }: { readonly item: OutboxItem }): ReactElement {
  const { outbox, live, takenBack } = useReef();
  const isUnheard = isStale(useCell(live.connection));
  const edit = (): void => {
    const taken = outbox.withdraw(item.key);
    if (taken) takenBack.set(taken);
  };
  return (
    <PersonText text={item.text} at={null} files={<Files files={item.files} sessionId={item.sessionId} isOwn />}>
      {item.state === "failed" ? (
        <span className={styles.failed} role="alert">
          Not sent: {item.error}
          <button type="button" className={styles.action} onClick={() => void outbox.retry(item.key)}>
            Retry
          </button>
          <button type="button" className={styles.action} onClick={() => outbox.remove(item.key)}>
            Discard
          </button>
        </span>
      ) : item.state === "waiting" || (item.state === "sending" && isUnheard) ? (
        <span className={styles.waiting}>
          <span title={item.error ?? undefined}>Waiting for the server</span>
          <button type="button" className={styles.action} title="Takes it back into the box" onClick={edit}>
            Edit
          </button>
          <button type="button" className={styles.action} onClick={() => outbox.withdraw(item.key)}>
            Withdraw
          </button>
        </span>
      ) : (
        <span>{item.state === "sending" ? "Sending…" : "Sent"}</span>
      )}
    </PersonText>
  );
}
