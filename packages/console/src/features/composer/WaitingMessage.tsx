/**
 * Shows one message that waits: its text, its place in the queue, and what can be done with it before a turn takes it.
 */
import type { MessageId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { GripVertical, Pencil, X } from "lucide";
import { type KeyboardEvent, type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { scheduleName } from "../session/ScheduleLabel.tsx";
import styles from "./MailboxTray.module.css";
import { labelByMode } from "./send-mode.ts";

const messageType = "application/x-reef-message";

export function WaitingMessage({
  message,
  canMove,
  isDragged,
  onStep,
  onDrag,
  onDrop,
  onWithdraw,
  onEdit,
}: {
  readonly message: Message;
  readonly canMove: boolean;
  readonly isDragged: boolean;
  readonly onStep: (by: 1 | -1) => void;
  /** Null means that the drag has ended. */
  readonly onDrag: (id: MessageId | null) => void;
  /** The dragged message was dropped here. */
  readonly onDrop: () => void;
  /** Resolves to false when it could not be withdrawn. */
  readonly onWithdraw: () => Promise<boolean>;
  readonly onEdit: (message: Message) => void;
}): ReactElement {
  const [isOver, setOver] = useState(false);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    onStep(event.key === "ArrowUp" ? -1 : 1);
  };
  // A message is never edited in place: it is withdrawn whole, and the text is then sent as a new one.
  const edit = async (): Promise<void> => {
    if (await onWithdraw()) onEdit(message);
  };
  return (
    <li
      className={styles.item}
      data-message={message.id}
      data-dragged={isDragged || undefined}
      data-over={(isOver && !isDragged) || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(messageType)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!event.dataTransfer.types.includes(messageType)) return;
        event.preventDefault();
        onDrop();
      }}
    >
      {canMove && (
        <button
          type="button"
          className={styles.handle}
          title="Drag, or press ↑ and ↓, to reorder"
          aria-label={`Move “${message.text.slice(0, 40)}” with the arrow keys`}
          draggable
          onKeyDown={onKeyDown}
          onDragStart={(event) => {
            event.dataTransfer.setData(messageType, message.id);
            event.dataTransfer.effectAllowed = "move";
            onDrag(message.id);
          }}
          onDragEnd={() => onDrag(null)}
        >
          <Icon icon={GripVertical} size={14} />
        </button>
      )}
      <span className={styles.mode}>{message.held ? "Held" : labelByMode[message.mode]}</span>
      <span className={`${shapes.cut} ${styles.text}`} dir="auto">
        {message.from.kind === "session" && <b>{message.from.botName}: </b>}
        {message.from.kind === "schedule" && <b>{scheduleName(message.from)}: </b>}
        {message.text.slice(0, 300)}
      </span>
      {message.attachments && message.attachments.length > 0 && (
        <span className={shapes.meta} title={message.attachments.map(({ name }) => name).join(", ")}>
          {countOf(message.attachments.length, "file")}
        </span>
      )}
      {message.notBefore && <span className={shapes.meta}>not before {absoluteTime(message.notBefore)}</span>}
      {message.from.kind === "person" && (
        <Button
          look="quiet"
          isSquare
          isSmall
          aria-label="Edit"
          title="Moves it back to the message box. When you send it again, it goes last"
          onClick={() => void edit()}
        >
          <Icon icon={Pencil} size={14} />
        </Button>
      )}
      <Button look="quiet" isSquare isSmall aria-label="Withdraw" title="Withdraw" onClick={() => void onWithdraw()}>
        <Icon icon={X} size={14} />
      </Button>
    </li>
  );
}
