/**
 * Derives a session's status for people from facts. It is never stored, so it cannot be stale (TU7). One rule for every
 * store: the most urgent true status wins.
 */
import type { SessionStatus } from "@reef/protocol/session";

export interface SessionFacts {
  /** True if its turn waits for a used-up budget. */
  readonly isOutOfBudget: boolean;
  readonly openAsks: number;
  /** Open asks of the sessions that it spawned, directly or not. */
  readonly asksBelow: number;
  /** State of the open turn; null if there is none. */
  readonly turnState: "running" | "waiting" | null;
  /** End of the running turn's lease, by the store's steady clock; null if none runs. */
  readonly leaseUntilMs: number | null;
  readonly lastTurnState: "done" | "failed" | "cancelled" | null;
  readonly queued: number;
  readonly botPaused: boolean;
  /** True if a person stopped it and has not resumed it (TU6). */
  readonly isHeld: boolean;
}

/** Returns the session's status at `steadyMs`, on the clock that leases are measured by. */
export function sessionStatus(facts: SessionFacts, steadyMs: number): SessionStatus {
  if (facts.isOutOfBudget) return "out_of_budget";
  if (facts.openAsks > 0) return "needs_you";
  if (facts.turnState === "running") {
    return facts.leaseUntilMs !== null && facts.leaseUntilMs < steadyMs ? "unknown" : "running";
  }
  if (facts.turnState === "waiting") return facts.isHeld ? "held" : "waiting";
  if (facts.lastTurnState === "failed") return "failed";
  // It has no open turn, but its work goes on only after a person has answered.
  if (facts.asksBelow > 0) return "waiting";
  if (facts.isHeld) return "held";
  if (facts.botPaused) return "paused";
  if (facts.queued > 0) return "queued";
  return "idle";
}
