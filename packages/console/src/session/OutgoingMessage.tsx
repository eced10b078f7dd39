/** A message on its way, at once where it will stand. A failed one keeps its text and says what to do. */
import type { ReactElement } from "react";
import { Files } from "../attachment/Files.tsx";
import type { OutboxItem } from "../outbox.ts";
import { useReef } from "../reef.ts";
import { PersonText } from "./EntryView.tsx";
import styles from "./OutgoingMessage.module.css";

export function OutgoingMessage({ item }: { readonly item: OutboxItem }): ReactElement {
  const { outbox } = useReef();
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
      ) : (
        <span>{item.state === "sending" ? "Sending…" : "Sent"}</span>
      )}
    </PersonText>
  );
}
