/** How receipts move forward (MB6): the state a message gets and what answers it. Each store adds the times. */
import { AppError } from "@reef/protocol/error";
import type { EntryId, MessageId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";

/** What the end of a turn says of the messages it took. */
export interface MessageEnd {
  readonly messages: "acted" | "dead" | "cancelled";
  readonly answeredBy: EntryId | null;
  readonly error: string | null;
}

export type Receipt = Pick<Message, "state" | "answeredBy" | "reason">;

/** A delivered message when its turn settles. A reply that came earlier stays the answer; a task is answered by its result alone (SU3). */
export function receiptAtEnd(message: Pick<Message, "purpose" | "answeredBy">, end: MessageEnd): Receipt {
  if (end.messages !== "acted") return { state: end.messages, answeredBy: message.answeredBy, reason: end.error };
  const answeredBy = message.answeredBy ?? (message.purpose === "task" ? null : end.answeredBy);
  return { state: answeredBy === null ? "acted" : "answered", answeredBy, reason: null };
}

/** A message when `reply` answers it; null when it changes nothing, for the first reply counts. One that was not acted on becomes answered when it is. */
export function receiptAtReply(
  message: Pick<Message, "state" | "answeredBy">,
  reply: MessageId | EntryId,
): Pick<Receipt, "state" | "answeredBy"> | null {
  if (message.answeredBy !== null) return null;
  return { state: message.state === "acted" ? "answered" : message.state, answeredBy: reply };
}

export function requireQueued({ state }: Pick<Message, "state">): void {
  if (state !== "queued") throw new AppError("conflict", `only a queued message can be cancelled; it is ${state}`);
}

/** `act` is what a person wants of a dead letter. */
export function requireDead({ state }: Pick<Message, "state">, act: "retried" | "dismissed"): void {
  if (state !== "dead") throw new AppError("conflict", `only a dead message can be ${act}; it is ${state}`);
}
