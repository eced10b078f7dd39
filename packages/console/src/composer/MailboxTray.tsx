/** The messages that wait in the session's mailbox, in the order they will be taken. Those of a person can be taken back. */
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { mailboxQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { absoluteTime } from "../ui/time.ts";
import styles from "./MailboxTray.module.css";
import { labelByMode } from "./send-mode.ts";

const shown = 5;

export function MailboxTray({
  sessionId,
  onEdit,
}: {
  readonly sessionId: SessionId;
  /** A message was taken back to be changed. */
  readonly onEdit: (text: string) => void;
}): ReactElement | null {
  const { reads } = useReef();
  const { data: waiting = [] } = useQuery(mailboxQuery(reads, sessionId));
  if (waiting.length === 0) return null;
  return (
    <section className={styles.tray} aria-label="Waiting messages">
      <ul className={styles.list}>
        {waiting.slice(0, shown).map((message) => (
          <WaitingMessage key={message.id} message={message} onEdit={onEdit} />
        ))}
      </ul>
      {waiting.length > shown && <p className={styles.more}>and {waiting.length - shown} more</p>}
    </section>
  );
}

function WaitingMessage({
  message,
  onEdit,
}: {
  readonly message: Message;
  readonly onEdit: (text: string) => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const withdraw = async (): Promise<boolean> => {
    try {
      await client.withdrawMessage(message.id);
      return true;
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === "conflict";
      toasts.show({
        tone: "failed",
        text: isTaken ? "Too late: the turn has taken it." : `Not withdrawn: ${String(error)}`,
      });
      return false;
    }
  };
  // A message is never changed in its place: it is taken back whole, and what is sent then is a new one.
  const edit = async (): Promise<void> => {
    if (await withdraw()) onEdit(message.text);
  };
  return (
    <li className={styles.item}>
      <span className={styles.mode}>{message.held ? "Held" : labelByMode[message.mode]}</span>
      <span className={styles.text}>
        {message.from.kind === "session" && <b>{message.from.botName}: </b>}
        {message.text.slice(0, 300)}
      </span>
      {message.notBefore && <span className={styles.when}>not before {absoluteTime(message.notBefore)}</span>}
      {message.from.kind === "person" && (
        <button
          type="button"
          className={styles.withdraw}
          title="Takes it back into the box; sent again, it stands last"
          onClick={() => void edit()}
        >
          Edit
        </button>
      )}
      <button type="button" className={styles.withdraw} onClick={() => void withdraw()}>
        Withdraw
      </button>
    </li>
  );
}
