/**
 * Shows the messages that wait in the session's mailbox, in the order they will be taken. A person can withdraw one or
 * move it: by dragging, or with the arrow keys on a message's handle.
 */
import { AppError } from "@reef/protocol/error";
import type { MessageId } from "@reef/protocol/ids";
import type { Message, MessageMove } from "@reef/protocol/message";
import { type ReactElement, useState } from "react";
import { type Reef, useReef } from "../../data/reef.ts";
import shapes from "../../ui/Shapes.module.css";
import styles from "./MailboxTray.module.css";
import { WaitingMessage } from "./WaitingMessage.tsx";

const shown = 5;

export function MailboxTray({
  waiting,
  onEdit,
}: {
  readonly waiting: readonly Message[];
  /** Called when a message was withdrawn to be edited. */
  readonly onEdit: (message: Message) => void;
}): ReactElement | null {
  const reef = useReef();
  const [isWhole, setWhole] = useState(false);
  const [dragged, setDragged] = useState<MessageId | null>(null);
  const [said, setSaid] = useState("");
  if (waiting.length === 0) return null;
  const move = async (id: MessageId, to: MessageMove): Promise<void> => {
    const rank = await moveMessage(reef, id, to);
    // The set of ranks in a mailbox does not change when messages swap them: the count is right before the event
    // arrives, and after.
    if (rank !== null) setSaid(`Now ${waiting.filter((each) => each.rank <= rank).length} of ${waiting.length}`);
  };
  const step = (at: number, by: 1 | -1): void => {
    const [message, beside] = [waiting[at], waiting[at + by]];
    if (message && beside) void move(message.id, by < 0 ? { before: beside.id } : { after: beside.id });
  };
  const drop = (at: number): void => {
    const target = waiting[at];
    if (dragged === null || target === undefined || target.id === dragged) return;
    const isDown = waiting.findIndex(({ id }) => id === dragged) < at;
    void move(dragged, isDown ? { after: target.id } : { before: target.id });
  };
  const visible = isWhole ? waiting : waiting.slice(0, shown);
  return (
    <section className={styles.tray} aria-label="Waiting messages">
      <ol className={shapes.bare}>
        {visible.map((message, at) => (
          <WaitingMessage
            key={message.id}
            message={message}
            canMove={waiting.length > 1}
            isDragged={message.id === dragged}
            onStep={(by) => step(at, by)}
            onDrag={setDragged}
            onDrop={() => drop(at)}
            onWithdraw={() => withdraw(reef, message)}
            onEdit={onEdit}
          />
        ))}
      </ol>
      {waiting.length > shown && (
        <button
          type="button"
          className={`${shapes.textButton} ${styles.more}`}
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Show fewer" : `and ${waiting.length - shown} more`}
        </button>
      )}
      <span className={shapes.hidden} role="status">
        {said}
      </span>
    </section>
  );
}

/** Returns its new rank; null when it stayed where it was. */
async function moveMessage(reef: Reef, id: MessageId, to: MessageMove): Promise<number | null> {
  try {
    return (await reef.client.moveMessage(id, to)).rank;
  } catch (error) {
    tellRefusal(reef, "Couldn't move it", error);
    return null;
  }
}

async function withdraw(reef: Reef, { id }: Message): Promise<boolean> {
  try {
    await reef.client.withdrawMessage(id);
    return true;
  } catch (error) {
    tellRefusal(reef, "Couldn't withdraw it", error);
    return false;
  }
}

function tellRefusal({ toasts }: Reef, what: string, error: unknown): void {
  const isTaken = error instanceof AppError && error.code === "conflict";
  toasts.show({ tone: "failed", text: isTaken ? "Too late: the turn has taken it." : `${what}: ${String(error)}` });
}
