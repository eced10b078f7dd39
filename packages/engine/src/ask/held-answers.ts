/**
 * Lets answers that are held take effect when their grace is over. The times live in the store: what was due while nobody was
 * here takes effect at the start. Several workers may look at once; the store lets one of them settle (AS1).
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

/** When the next one takes effect; null when none is held. */
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
        // Taken back, replaced, or settled by somebody else between the look and the commit.
        if (!(error instanceof AppError) || (error.code !== "conflict" && error.code !== "not_found")) throw error;
      }
    }
    const next = asks.find((ask) => !due.includes(ask));
    if (due.length < atOnce) return next?.held ? isoToMs(next.held.until) : null;
  }
}
