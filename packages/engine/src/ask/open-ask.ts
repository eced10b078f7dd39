/** Decides AS1: an ask is answered or cancelled once, and a held answer takes effect only as it was held. */
import type { Ask } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import type { IsoTime } from "@reef/protocol/time";
import { noAnswerHeld } from "./held-words.ts";

export function requireOpen({ state }: Pick<Ask, "state">): void {
  if (state !== "open") throw new AppError("conflict", `this question was already ${state}`);
}

interface Held {
  readonly answer: string;
  readonly until: IsoTime;
}

/**
 * Throws unless `held` is still the answer to apply. Without `heldUntil` the answer is given directly, whatever is
 * held.
 */
export function requireHeld(
  held: Held | undefined,
  { answer, heldUntil }: { readonly answer: string; readonly heldUntil?: IsoTime | undefined },
): void {
  if (heldUntil === undefined || (held?.until === heldUntil && held.answer === answer)) return;
  throw new AppError("conflict", noAnswerHeld);
}

/** Throws unless an answer is held: only a held answer can be taken back. */
export function requireAnyHeld(held: Held | undefined): void {
  if (held === undefined) throw new AppError("conflict", noAnswerHeld);
}

/** True for a question whose caller has left: its answer goes to the session as a message (AS1). */
export function isAnsweredElsewhere({ turnId, kind, origin }: Pick<Ask, "turnId" | "kind" | "origin">): boolean {
  return turnId === null && kind === "question" && origin === undefined;
}

/**
 * False for the ask of a chain or of a budget, which outlives the turn that reached the limit: a message is still held,
 * or other turns wait as well.
 */
export function endsWithTurn({ kind }: Pick<Ask, "kind">): boolean {
  return kind !== "chain" && kind !== "budget";
}

/** True for an ask that several turns may open at the same time, under the same id: it is asked once. */
export function isShared({ kind, messageId }: Pick<Ask, "kind" | "messageId">): boolean {
  return kind === "budget" || (kind === "chain" && messageId === null);
}
