/** Bots: row ↔ noun. Status and health follow from the row's counts (never stored). */

import type { BotFields } from "@reef/engine/port/unit";
import { botHealth, botStatus } from "@reef/engine/registry/health";
import type { Bot } from "@reef/protocol/bot";
import type { BotRow } from "../tables.ts";
import { columnsToUsage } from "./usage.ts";

export function botRowToNoun(row: BotRow, nowMs: number): Bot {
  const facts = {
    paused: row.paused_at !== null,
    lastTurnAt: row.last_turn_at,
    lastTurnState: row.last_turn_state,
    failuresInRow: row.failures_in_row,
    lastError: row.last_error,
    queueDepth: row.queue_depth,
    runningTurns: row.running_turns,
    openAsks: row.open_asks,
  };
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    instructions: row.instructions,
    model: row.model,
    runtime: row.runtime,
    agent: row.agent === null ? null : JSON.parse(row.agent),
    tools: row.tools === null ? null : JSON.parse(row.tools),
    limits: JSON.parse(row.limits),
    tags: JSON.parse(row.tags),
    status: botStatus(facts),
    health: botHealth(facts, nowMs),
    spend: columnsToUsage(row),
    lastActiveAt: row.last_active_at,
    pausedAt: row.paused_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns that hold the given fields. */
export function botFieldsToColumns(fields: Partial<BotFields>): Partial<BotRow> {
  return {
    ...(fields.name === undefined ? {} : { name: fields.name, name_key: fields.name.toLowerCase() }),
    ...(fields.role === undefined ? {} : { role: fields.role }),
    ...(fields.instructions === undefined ? {} : { instructions: fields.instructions }),
    ...(fields.model === undefined ? {} : { model: fields.model }),
    ...(fields.runtime === undefined ? {} : { runtime: fields.runtime }),
    ...(fields.agent === undefined ? {} : { agent: fields.agent === null ? null : JSON.stringify(fields.agent) }),
    ...(fields.tools === undefined ? {} : { tools: fields.tools === null ? null : JSON.stringify(fields.tools) }),
    ...(fields.limits === undefined ? {} : { limits: JSON.stringify(fields.limits) }),
    ...(fields.tags === undefined ? {} : { tags: JSON.stringify(fields.tags) }),
  };
}
