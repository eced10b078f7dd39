/**
 * Derives a turn's past pauses from its steps and its asks (BO1), so that they are known after a restart as well. Pure.
 */
import type { Ask } from "@reef/protocol/ask";
import type { TurnWithSteps } from "@reef/protocol/turn";
import { isModelCall } from "./usage.ts";

export interface Pauses {
  /** The newest ask whose answer is not taken yet. */
  readonly ask: Ask | null;
  /** Model calls before a person last let it go on. */
  readonly callsBefore: number;
}

export const noPauses: Pauses = { ask: null, callsBefore: 0 };

export function readPauses(turn: TurnWithSteps, asks: readonly Ask[]): Pauses {
  const resumed = turn.stepList.filter(({ kind }) => kind === "resumed");
  const taken = new Set<string | null>(resumed.map(({ callId }) => callId));
  const lastN = resumed.at(-1)?.n ?? 0;
  return {
    ask: asks.findLast(({ kind, id, state }) => kind === "loop" && state !== "cancelled" && !taken.has(id)) ?? null,
    callsBefore: turn.stepList.filter((step) => step.n < lastN && isModelCall(step)).length,
  };
}
