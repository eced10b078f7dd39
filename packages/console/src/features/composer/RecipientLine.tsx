/** Shows, before anything is sent, that the text goes elsewhere, and where. */
import type { ReactElement } from "react";
import styles from "./Mention.module.css";
import type { Recipient } from "./mention.ts";

export function RecipientLine({
  recipient,
  botName,
  onClear,
}: {
  readonly recipient: Recipient;
  /** The bot of the session on screen. */
  readonly botName: string;
  readonly onClear: () => void;
}): ReactElement {
  return (
    <p className={styles.recipient} role="status">
      <span className={styles.words}>
        Goes to{" "}
        {recipient.type === "session" ? (
          <>
            <b dir="auto">{recipient.title}</b> ({recipient.botName})
          </>
        ) : (
          <b>a new session of {recipient.botName}</b>
        )}
        , not to {botName} here.
      </span>
      <button type="button" className={styles.clear} onClick={onClear}>
        Send it here instead
      </button>
    </p>
  );
}
