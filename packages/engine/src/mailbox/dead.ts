/** Lets a person retry, dismiss, withdraw and move dead letters and waiting messages (MB3, MB6, MB7). */

import type { MessageId } from "@reef/protocol/ids";
import type { Message, MessageMove } from "@reef/protocol/message";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";

/** Queues a dead message again, with new attempts. Throws `conflict` unless it is dead. */
export async function retryMessage(deps: Deps, id: MessageId): Promise<Message> {
  await commitOps(deps, { op: "message.retry", id });
  return found(deps.store.read.message(id), "message", id);
}

/** Takes a dead message off the list; it stays dead. Throws `conflict` unless it is dead. */
export async function dismissMessage(deps: Deps, id: MessageId): Promise<Message> {
  await commitOps(deps, { op: "message.dismiss", id });
  return found(deps.store.read.message(id), "message", id);
}

/** Cancels a message that still waits. Throws `conflict` if a turn has taken it. */
export async function withdrawMessage(deps: Deps, id: MessageId): Promise<Message> {
  await commitOps(deps, { op: "message.cancel", id, reason: "withdrawn by a person" });
  return found(deps.store.read.message(id), "message", id);
}

/**
 * Puts a waiting message next to another in its session's mailbox (MB3). Throws `conflict` if a turn has taken either.
 */
export async function moveMessage(deps: Deps, id: MessageId, to: MessageMove): Promise<Message> {
  await commitOps(deps, { op: "message.move", id, to });
  return found(deps.store.read.message(id), "message", id);
}
