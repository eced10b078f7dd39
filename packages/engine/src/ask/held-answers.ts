/**
 * Applies held answers when their grace period is over. The times live in the store, so answers that came due while no
 * worker ran are applied at the start. Several workers may look at the same time; the store lets one of them settle
 * (AS1).
 */
import { AppError } from "@reef/protocol/error";
import { isoToMs } from "@reef/protocol/time";
import type { Deps, Log } from "../deps.ts";
import { startDueLoop } from "../due-loop.ts";
import { settleAsk } from "./answer.ts";

const atOnce = 100;

export function startHeldAnswers(deps: Deps, log: Log): AsyncDisposable {
  return startDueLoop(deps, log, {
    look: () => settleDue(deps),
    wakes: (event) => event.type === "ask.changed" && event.ask.held !== undefined,
    lookEveryMs: 5_000,
    afterFailureMs: 2_000,
    failure: "held answers could not be checked",
  });
}

/** Applies what is due. Returns when the next answer takes effect; null if none is held. */
export async function settleDue(deps: Deps): Promise<number | null> {
  for (;;) {
    const asks = await deps.store.read.heldAsks(atOnce);
    const nowMs = deps.clock.now();
    const due = asks.filter(({ held }) => held && isoToMs(held.until) <= nowMs);
    for (const ask of due) {
      if (!ask.held) continue;
      try {
        await settleAsk(deps, ask, { answer: ask.held.answer, heldUntil: ask.held.until });
      } catch (error) {
        // Someone took it back, replaced it or settled it since it was read.
        if (!(error instanceof AppError) || (error.code !== "conflict" && error.code !== "not_found")) throw error;
      }
    }
    const next = asks.find((ask) => !due.includes(ask));
    if (due.length < atOnce) return next?.held ? isoToMs(next.held.until) : null;
  }
}
