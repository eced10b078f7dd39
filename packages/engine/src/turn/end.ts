/** Decides what the end of a turn means for its bot, and what a cancelled turn writes. */
import type { Entry } from "@reef/protocol/entry";
import type { MessageEnd } from "../mailbox/receipts.ts";

export interface TurnEnd extends MessageEnd {
  readonly state: "done" | "failed" | "cancelled";
}

export interface Failures {
  readonly failuresInRow: number;
  readonly lastError: string | null;
}

/**
 * Counts a bot's failures after one of its turns. A cancelled turn neither counts as a failure nor resets the count.
 */
export function failuresAfter(before: Failures, { state, error }: Pick<TurnEnd, "state" | "error">): Failures {
  if (state === "failed") return { failuresInRow: before.failuresInRow + 1, lastError: error };
  return state === "done" ? { failuresInRow: 0, lastError: null } : before;
}

/** The canceller's name for a turn that makes room for an interrupt message. */
export const cancelledByInterrupt = "interrupt";

export interface Cancel {
  readonly by: string;
  readonly reason: string;
}

/** Returns the notice that a cancelled turn leaves in its transcript. */
export function cancelNotice({ by, reason }: Cancel): {
  readonly text: string;
  readonly notice: NonNullable<Entry["notice"]>;
} {
  return by === cancelledByInterrupt
    ? { text: "Interrupted by a new message.", notice: { type: "interrupted" } }
    : { text: `Stopped: ${reason}.`, notice: { type: "cancelled", by } };
}

/** An interrupt message takes over what the turn had taken; any other cancel cancels the messages too (TU6). */
export function cancelEnd({ by, reason }: Cancel): TurnEnd {
  const messages = by === cancelledByInterrupt ? "acted" : "cancelled";
  return { state: "cancelled", messages, answeredBy: null, error: reason };
}
