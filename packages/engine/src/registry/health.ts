/** Derives a bot's health and status from evidence: what its last turns did and what waits for it. Never stored. */
import type { BotHealth, BotStatus } from "@reef/protocol/bot";
import type { OutOfBudget } from "@reef/protocol/budget";
import type { IsoTime } from "@reef/protocol/time";
import { isoToMs } from "@reef/protocol/time";

/** After this many failed turns in a row, a bot counts as failing. */
const failingAfter = 3;
/** After this long without a turn, a queue deserves a person's attention, in milliseconds. */
const staleQueueMs = 60_000;

export interface BotFacts {
  readonly paused: boolean;
  readonly held: boolean;
  readonly lastTurnAt: IsoTime | null;
  readonly lastTurnState: "done" | "failed" | "cancelled" | null;
  readonly failuresInRow: number;
  readonly lastError: string | null;
  readonly queueDepth: number;
  readonly runningTurns: number;
  readonly openAsks: number;
  readonly outOfBudget: OutOfBudget | null;
}

/** Returns the health at `nowMs`, with a sentence that names the evidence. */
export function botHealth(facts: BotFacts, nowMs: number): BotHealth {
  return {
    ...judge(facts, nowMs),
    lastTurnAt: facts.lastTurnAt,
    lastTurnState: facts.lastTurnState,
    failuresInRow: facts.failuresInRow,
    queueDepth: facts.queueDepth,
    runningTurns: facts.runningTurns,
    openAsks: facts.openAsks,
    lastError: facts.lastError,
  };
}

/** Returns the most urgent status that is true. */
export function botStatus(facts: BotFacts): BotStatus {
  if (facts.paused) return "paused";
  if (facts.outOfBudget !== null) return "out_of_budget";
  if (facts.held) return "held";
  if (facts.openAsks > 0) return "needs_you";
  if (facts.runningTurns > 0) return "running";
  if (facts.failuresInRow >= failingAfter) return "failing";
  return facts.queueDepth > 0 ? "queued" : "idle";
}

function judge(facts: BotFacts, nowMs: number): Pick<BotHealth, "state" | "reason"> {
  if (facts.failuresInRow >= failingAfter) {
    return { state: "failing", reason: `the last ${facts.failuresInRow} turns failed` };
  }
  if (facts.failuresInRow > 0) {
    return {
      state: "degraded",
      reason: facts.failuresInRow === 1 ? "the last turn failed" : `the last ${facts.failuresInRow} turns failed`,
    };
  }
  if (facts.outOfBudget !== null) {
    const { limit, setBy } = facts.outOfBudget;
    return { state: "degraded", reason: `the budget is used up: ${limit}, set by ${setBy}` };
  }
  const idleMs = facts.lastTurnAt === null ? null : nowMs - isoToMs(facts.lastTurnAt);
  const stands =
    facts.queueDepth > 0 && facts.runningTurns === 0 && !facts.paused && !facts.held && facts.openAsks === 0;
  if (stands && idleMs !== null && idleMs > staleQueueMs) {
    return {
      state: "degraded",
      reason: `${facts.queueDepth} messages are waiting and no turn has run for ${Math.round(idleMs / 1000)} s`,
    };
  }
  if (facts.lastTurnAt === null) return { state: "unknown", reason: "no turns yet" };
  return {
    state: "ok",
    reason: facts.lastTurnState === "cancelled" ? "the last turn was cancelled" : "the last turn succeeded",
  };
}
