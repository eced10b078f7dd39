/**
 * Takes a dead message off the list; it stays dead. Apart from the other acts on messages, because a rewind dismisses
 * messages (TU10) and sending one may rewind.
 */
import { requireDead } from "@reef/engine/mailbox/receipts";
import type { MessageId } from "@reef/protocol/ids";
import type { Write } from "./steps.ts";
import { getMessage, saveMessage, type Work } from "./work.ts";

export function* dismissMessage(work: Work, id: MessageId): Write<void> {
  const row = yield* getMessage(work, id);
  requireDead(row, "dismissed");
  if (row.dismissed_at !== null) return;
  row.dismissed_at = work.at;
  yield* saveMessage(work, row);
}
