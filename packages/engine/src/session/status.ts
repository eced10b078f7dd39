/**
 * What a person sees of a session, derived from facts and never stored, so that it cannot be stale (TU7). One rule for
 * every store: the most urgent true thing wins.
 */
import type { SessionStatus } from "@reef/protocol/session";

export interface SessionFacts {
  readonly openAsks: number;
  /** Open asks of the sessions that it spawned, and of those they spawned. */
  readonly asksBelow: number;
  /** State of the open turn; null when there is none. */
  readonly turnState: "running" | "waiting" | null;
  /** End of the running turn's lease, by the store's steady clock; null when none runs. */
  readonly leaseUntilMs: number | null;
  readonly lastTurnState: "done" | "failed" | "cancelled" | null;
  readonly queued: number;
  readonly botPaused: boolean;
}

/** Status of a session at `steadyMs`, on the clock that leases are measured by. */
export function sessionStatus(facts: SessionFacts, steadyMs: number): SessionStatus {
  if (facts.openAsks > 0) return "needs_you";
  if (facts.turnState === "running") {
    return facts.leaseUntilMs !== null && facts.leaseUntilMs < steadyMs ? "unknown" : "running";
  }
  if (facts.turnState === "waiting") return "waiting";
  if (facts.lastTurnState === "failed") return "failed";
  // It has no turn open, and still its work goes on only when a person has answered.
  if (facts.asksBelow > 0) return "waiting";
  if (facts.botPaused) return "paused";
  if (facts.queued > 0) return "queued";
  return "idle";
}
