/**
 * Shows, under a message that was not accepted, why, and what can be done with it. Never loaded later: the server may be gone
 * by then.
 */
import type { ReactElement } from "react";
import type { OutboxItem } from "../../data/outbox-item.ts";
import { useReef } from "../../data/reef.ts";
import styles from "./OutgoingMessage.module.css";

export function UnsentLine({ item }: { readonly item: OutboxItem }): ReactElement {
  const { outbox, takenBack } = useReef();
  const action = (label: string, run: () => unknown, title?: string): ReactElement => (
    <button type="button" className={styles.action} title={title} onClick={() => void run()}>
      {label}
    </button>
  );
  if (item.state === "failed") {
    return (
      <span className={styles.failed} role="alert">
        Not sent: {item.error}
        {action("Retry", () => outbox.retry(item.key))}
        {action("Discard", () => outbox.remove(item.key))}
      </span>
    );
  }
  const edit = (): void => {
    const taken = outbox.withdraw(item.key);
    if (taken) takenBack.set(taken);
  };
  return (
    <span className={styles.waiting}>
      <span title={item.error ?? undefined}>Waiting for the server</span>
      {action("Edit", edit, "Moves it back to the message box")}
      {action("Withdraw", () => outbox.withdraw(item.key))}
    </span>
  );
}
