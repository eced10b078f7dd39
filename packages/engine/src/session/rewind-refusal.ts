/** Decides why a session cannot go back now (TU10): equally in every store, inside the transaction. */
import { AppError } from "@reef/protocol/error";
import type { Rewind } from "../port/unit.ts";

export interface RewindPlace {
  readonly hasOpenTurn: boolean;
  readonly queued: number;
  readonly lastSeq: number;
  /** True if the entry it goes back to exists and counts. */
  readonly isCurrent: boolean;
}

export function requireRewind(place: RewindPlace, { toSeq, lastSeq }: Pick<Rewind, "toSeq" | "lastSeq">): void {
  if (place.hasOpenTurn)
    throw new AppError("conflict", "a turn has not ended: wait for it, or stop it first (mode: interrupt)");
  if (place.queued > 0) throw messagesWait();
  if (place.lastSeq !== lastSeq)
    throw new AppError("conflict", "the conversation has changed since: look at it and try again");
  if (toSeq >= lastSeq || (toSeq > 0 && !place.isCurrent))
    throw new AppError("conflict", "this part of the conversation was already replaced: look at it as it is now");
}

export function messagesWait(): AppError {
  return new AppError("conflict", "messages are waiting in this session: let them run, or withdraw them first");
}
