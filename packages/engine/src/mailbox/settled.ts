/**
 * Decides when a message is settled for a turn that waits for it: a task by its result, other messages also by being
 * acted on.
 */
import type { Message } from "@reef/protocol/message";

export function isSettled(message: Pick<Message, "state" | "purpose">): boolean {
  switch (message.state) {
    case "answered":
    case "dead":
    case "cancelled":
      return true;
    case "acted":
      return message.purpose !== "task";
    case "queued":
    case "delivered":
      return false;
  }
}
