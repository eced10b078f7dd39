/** Moves receipts forward (MB6): the state a message gets and what answers it. Each store adds the times. */
import { AppError } from "@reef/protocol/error";
import type { EntryId, MessageId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";

/** What the end of a turn means for the messages it took. */
export interface MessageEnd {
  readonly messages: "acted" | "dead" | "cancelled";
  readonly answeredBy: EntryId | null;
  readonly error: string | null;
}

export type Receipt = Pick<Message, "state" | "answeredBy" | "reason">;

/**
 * Returns a delivered message's receipt when its turn settles. An earlier reply stays the answer; a task is answered by
 * its result alone (SU3).
 */
export function receiptAtEnd(message: Pick<Message, "purpose" | "answeredBy">, end: MessageEnd): Receipt {
  if (end.messages !== "acted") return { state: end.messages, answeredBy: message.answeredBy, reason: end.error };
  const answeredBy = message.answeredBy ?? (message.purpose === "task" ? null : end.answeredBy);
  return { state: answeredBy === null ? "acted" : "answered", answeredBy, reason: null };
}

/**
 * Returns a message's receipt when `reply` answers it; null if nothing changes, since the first reply counts. A message
 * not acted on yet becomes answered when it is.
 */
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

/** `act` is what a person wants to do with a dead letter. */
export function requireDead({ state }: Pick<Message, "state">, act: "retried" | "dismissed"): void {
  if (state !== "dead") throw new AppError("conflict", `only a dead message can be ${act}; it is ${state}`);
}
