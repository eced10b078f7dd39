/**
 * Lets a turn wait while its model is down or its limits are used up (TU9): it holds no lane, counts no attempt, and says
 * what it waits for. Turns that waited too long are given up with a reason that starts alike, so that those of one
 * provider are one cause for people.
 */
import { awayWords } from "@reef/protocol/away-words";
import { isoToMs, msToIso } from "@reef/protocol/time";
import type { AwayModel, RuntimeFailure } from "../port/runtime.ts";
import { toldWait } from "../port/told-numbers.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import type { OpenTurn } from "./open-turn.ts";
import { settleFailed } from "./settle.ts";

/** As much of a server's words as a list shows. */
const mostReason = 500;

export async function waitForProvider(
  open: OpenTurn,
  failure: RuntimeFailure,
  { name, state }: AwayModel,
): Promise<readonly (Op | TurnOp)[]> {
  const { clock, settings } = open.deps;
  const now = clock.now();
  const before = open.turn.providerWait;
  const sinceMs = before?.model === name ? Math.min(isoToMs(before.since), now) : now;
  if (now - sinceMs >= settings.providerWaitMs) {
    return settleFailed(open, `${awayWords(name, state)}: ${failure.message}`);
  }
  const readyAt = msToIso(now + toldWait(failure.retryAfterMs ?? settings.retryDelaysMs[0]));
  const providerWait = {
    model: name,
    state,
    reason: failure.message.slice(0, mostReason).toWellFormed(),
    since: msToIso(sinceMs),
    until: msToIso(sinceMs + settings.providerWaitMs),
  };
  return [{ op: "turn.wait", waits: [], readyAt, providerWait }];
}
