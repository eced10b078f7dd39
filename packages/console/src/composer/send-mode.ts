/** How a message meets a busy session (MB4), in words for people. An idle session has no modes: the message just goes. */
import type { MessageMode } from "@reef/protocol/message";

export const sendModes: readonly MessageMode[] = ["queue", "steer", "interrupt"];

export const labelByMode: Readonly<Record<MessageMode, string>> = {
  queue: "Queue",
  steer: "Steer",
  interrupt: "Interrupt",
};

export const hintByMode: Readonly<Record<MessageMode, string>> = {
  queue: "Waits until the turn ends",
  steer: "Joins the turn at its next step",
  interrupt: "Stops the turn first",
};

/** What Ctrl/⌘+Enter does instead. */
export function otherMode(mode: MessageMode): MessageMode {
  return mode === "queue" ? "steer" : "queue";
}
