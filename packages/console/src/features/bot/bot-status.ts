/** How a bot's state is shown: by the sign of a session in the same state, and in words. */
import type { BotStatus } from "@reef/protocol/bot";
import type { SessionStatus } from "@reef/protocol/session";

export const signByStatus: Readonly<Record<BotStatus, SessionStatus>> = {
  idle: "idle",
  queued: "queued",
  running: "running",
  needs_you: "needs_you",
  out_of_budget: "out_of_budget",
  failing: "failed",
  held: "held",
  paused: "paused",
};

export const wordsByStatus: Readonly<Record<BotStatus, string>> = {
  idle: "Idle",
  queued: "Queued",
  running: "Running",
  needs_you: "Needs you",
  out_of_budget: "Out of budget",
  failing: "Failing",
  held: "Stopped by you",
  paused: "Paused",
};
