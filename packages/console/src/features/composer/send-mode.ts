/** Describes how a message meets a busy session (MB4). An idle session has no modes: the message is just sent. */
import type { RuntimeName } from "@reef/protocol/bot";
import type { MessageMode } from "@reef/protocol/message";

export const sendModes: readonly MessageMode[] = ["queue", "steer", "interrupt"];

export const labelByMode: Readonly<Record<MessageMode, string>> = {
  queue: "Queue",
  steer: "Steer",
  interrupt: "Interrupt",
};

const hintByMode: Readonly<Record<MessageMode, string>> = {
  queue: "Waits until the turn ends",
  steer: "Joins the turn at its next step",
  interrupt: "Stops the turn first",
};

/** A turn on OpenClaw is one run in the gateway: it has no steps that Reef could join. */
export function hintFor(mode: MessageMode, runtime: RuntimeName | null): string {
  const isOneRun = runtime === "openclaw" && mode === "steer";
  return isOneRun ? "Joins after the run: OpenClaw takes no messages from Reef during one" : hintByMode[mode];
}

/** The mode of Ctrl/⌘+Enter. */
export function otherMode(mode: MessageMode): MessageMode {
  return mode === "queue" ? "steer" : "queue";
}
