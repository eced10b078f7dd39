/** Shows the progress of a message (MB6): four steps, each with its time; a dead or withdrawn one says so instead. */
import type { Message } from "@reef/protocol/message";
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, durationLabel } from "../../ui/time.ts";
import styles from "./Receipts.module.css";

interface ReceiptStep {
  readonly name: string;
  readonly at: string | null;
}

function receiptSteps({ receipts }: Message): readonly ReceiptStep[] {
  return [
    { name: "Accepted", at: receipts.acceptedAt },
    { name: "Delivered", at: receipts.deliveredAt },
    { name: "Acted", at: receipts.actedAt },
    { name: "Answered", at: receipts.answeredAt },
  ];
}

export const wordsByState: Readonly<Record<Message["state"], string>> = {
  queued: "Queued",
  delivered: "Delivered",
  acted: "Acted on",
  answered: "Answered",
  dead: "Not delivered",
  cancelled: "Withdrawn",
};

export function ReceiptDots({ message }: { readonly message: Message }): ReactElement {
  const words = message.held ? "Held for your decision" : wordsByState[message.state];
  return (
    <span className={styles.dots} data-state={message.held ? "held" : message.state}>
      <svg viewBox="0 0 46 10" width="46" height="10" aria-hidden="true">
        {receiptSteps(message).map(({ name, at }, index) => (
          <g key={name} transform={`translate(${index * 12 + 5} 5)`}>
            {index > 0 && <path className={styles.line} data-on={at !== null || undefined} d="M-8.500 0h5" />}
            <circle className={styles.dot} data-on={at !== null || undefined} r="3" />
          </g>
        ))}
      </svg>
      <span className={styles.words} dir="auto">
        {words}
      </span>
    </span>
  );
}

export function ReceiptTimes({ message }: { readonly message: Message }): ReactElement {
  const acceptedMs = Date.parse(message.receipts.acceptedAt);
  return (
    <ol className={`${shapes.bare} ${styles.times}`} aria-label="Receipts">
      {receiptSteps(message).map(({ name, at }) => (
        <li key={name} data-on={at !== null || undefined}>
          <b dir="auto">{name}</b>{" "}
          {at === null ? (
            "not yet"
          ) : (
            <time dateTime={at}>
              {absoluteTime(at)}
              {Date.parse(at) > acceptedMs && ` (after ${durationLabel(Date.parse(at) - acceptedMs)})`}
            </time>
          )}
        </li>
      ))}
    </ol>
  );
}
