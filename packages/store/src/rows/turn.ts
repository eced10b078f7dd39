/** Converts turns and their steps: row → noun. */
import type { Step, Turn } from "@reef/protocol/turn";
import type { StepRow } from "../step-tables.ts";
import type { TurnRow } from "../tables.ts";
import { columnsToUsage, nanosToUsd } from "./usage.ts";

export function turnRowToNoun(row: TurnRow): Turn {
  return {
    id: row.id,
    sessionId: row.session_id,
    botId: row.bot_id,
    state: row.state,
    fence: row.fence,
    attempts: row.attempts,
    chainId: row.chain_id,
    hops: row.hops,
    messageIds: JSON.parse(row.message_ids),
    steps: row.steps,
    usage: columnsToUsage(row),
    waits: JSON.parse(row.waits),
    remote: row.remote === null ? null : JSON.parse(row.remote),
    providerWait: row.provider_wait === null ? null : JSON.parse(row.provider_wait),
    readyAt: row.ready_at,
    cancelRequested: row.cancel_requested === null ? null : JSON.parse(row.cancel_requested),
    crashReceipt: row.crash_receipt === null ? null : JSON.parse(row.crash_receipt),
    error: row.error,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

export function stepRowToNoun(row: StepRow): Step {
  return {
    turnId: row.turn_id,
    n: row.n,
    kind: row.kind,
    callId: row.call_id,
    tool: row.tool,
    entryId: row.entry_id,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_nanos === null ? null : nanosToUsd(row.cost_nanos),
    durationMs: row.duration_ms,
    model: row.model,
    cachedTokens: row.cached_tokens,
    firstTokenMs: row.first_token_ms,
    windowTokens: row.window_tokens,
    contextTokens: row.context_tokens,
    compactsAt: row.compacts_at,
    at: row.at,
  };
}
