/** Converts bots: row → noun. Status and health follow from the row's counts (never stored). */
import { botHealth, botStatus } from "@reef/engine/registry/health";
import type { Bot } from "@reef/protocol/bot";
import type { OutOfBudget } from "@reef/protocol/budget";
import { botCodecs } from "../fields/bot.ts";
import { columnsToFields } from "../fields/codec.ts";
import type { BotRow } from "../tables.ts";
import { columnsToUsage } from "./usage.ts";

export function botRowToNoun(row: BotRow, nowMs: number): Bot {
  const outOfBudget: OutOfBudget | null = row.out_of_budget === null ? null : JSON.parse(row.out_of_budget);
  const facts = {
    paused: row.paused_at !== null,
    held: row.held === 1,
    lastTurnAt: row.last_turn_at,
    lastTurnState: row.last_turn_state,
    failuresInRow: row.failures_in_row,
    lastError: row.last_error,
    queueDepth: row.queue_depth,
    runningTurns: row.running_turns,
    openAsks: row.open_asks,
    outOfBudget,
  };
  return {
    id: row.id,
    ...columnsToFields(botCodecs, row),
    status: botStatus(facts),
    outOfBudget,
    health: botHealth(facts, nowMs),
    spend: columnsToUsage(row),
    lastActiveAt: row.last_active_at,
    pausedAt: row.paused_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
