/** What the end of a turn means for its bot, and what is written when a turn is cancelled. */
import type { Entry } from "@reef/protocol/entry";
import type { MessageEnd } from "../mailbox/receipts.ts";

export interface TurnEnd extends MessageEnd {
  readonly state: "done" | "failed" | "cancelled";
}

export interface Failures {
  readonly failuresInRow: number;
  readonly lastError: string | null;
}

/** A bot after one of its turns: a cancelled turn neither counts as a failure nor ends a row of them. */
export function failuresAfter(before: Failures, { state, error }: Pick<TurnEnd, "state" | "error">): Failures {
  if (state === "failed") return { failuresInRow: before.failuresInRow + 1, lastError: error };
  return state === "done" ? { failuresInRow: 0, lastError: null } : before;
}

/** By what a turn is cancelled to make room for an interrupt message. */
export const cancelledByInterrupt = "interrupt";

export interface Cancel {
  readonly by: string;
  readonly reason: string;
}

/** The notice that a cancelled turn leaves in its transcript. */
export function cancelNotice({ by, reason }: Cancel): {
  readonly text: string;
  readonly notice: NonNullable<Entry["notice"]>;
} {
  return by === cancelledByInterrupt
    ? { text: "Interrupted by a new message.", notice: { type: "interrupted" } }
    : { text: `Stopped: ${reason}.`, notice: { type: "cancelled", by } };
}

/** An interrupt message takes over what the turn had taken; any other cancel takes the messages with it (TU6). */
export function cancelEnd({ by, reason }: Cancel): TurnEnd {
  const messages = by === cancelledByInterrupt ? "acted" : "cancelled";
  return { state: "cancelled", messages, answeredBy: null, error: reason };
}
