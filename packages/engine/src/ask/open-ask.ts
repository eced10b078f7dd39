/** AS1: an ask is answered or cancelled once, and an answer that is held takes effect only as it was held. */
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

/** `held` is what the ask holds now. Without `heldUntil` the answer is given directly, whatever is held. */
export function requireHeld(
  held: Held | undefined,
  { answer, heldUntil }: { readonly answer: string; readonly heldUntil?: IsoTime | undefined },
): void {
  if (heldUntil === undefined || (held?.until === heldUntil && held.answer === answer)) return;
  throw new AppError("conflict", noAnswerHeld);
}

/** Only what is held can be taken back. */
export function requireAnyHeld(held: Held | undefined): void {
  if (held === undefined) throw new AppError("conflict", noAnswerHeld);
}

/** A question whose caller stays no longer: its answer comes to the session as a message (AS1). */
export function isAnsweredElsewhere({ turnId, kind }: Pick<Ask, "turnId" | "kind">): boolean {
  return turnId === null && kind === "question";
}

/** A chain's ask outlives the turn that met the limit: its message is still held. */
export function endsWithTurn({ kind }: Pick<Ask, "kind">): boolean {
  return kind !== "chain";
}
