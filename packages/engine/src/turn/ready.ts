/** Decides when a waiting turn can go on: when all it waits for is over, at its own time, or when it is cancelled. */
import type { Ask } from "@reef/protocol/ask";
import type { Message } from "@reef/protocol/message";
import type { IsoTime } from "@reef/protocol/time";
import { isSettled } from "../mailbox/settled.ts";

/**
 * When a turn is due that can go on immediately. It is no worker's time: one whose clock is ahead would keep all others
 * waiting for theirs.
 */
export const dueNow = "1970-01-01T00:00:00.000Z" as IsoTime;

/** A deleted ask no longer keeps a turn waiting. */
export function isAskOver(ask: Pick<Ask, "state"> | undefined): boolean {
  return ask?.state !== "open";
}

export function isMessageOver(message: Pick<Message, "state" | "purpose"> | undefined): boolean {
  return message === undefined || isSettled(message);
}

export interface Waiting {
  /** All it waits for, and how much of that is still open. */
  readonly waits: number;
  readonly open: number;
  readonly readyAt: IsoTime | null;
  /** True if a cancel arrived while the turn was about to wait: its next worker carries it out. */
  readonly isCancelled: boolean;
}

/** A turn that waits for nothing and for no time is ready. */
export function isReady({ waits, open, readyAt, isCancelled }: Waiting): boolean {
  return isCancelled || (open === 0 && (waits > 0 || readyAt === null));
}
