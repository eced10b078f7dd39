/** Converts sessions: row → noun. Status follows from the row, its open turn and its bot (never stored, TU7). */
import { sessionStatus } from "@reef/engine/session/status";
import type { ResultContract } from "@reef/protocol/contract";
import type { Session } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import { columnsToFields } from "../fields/codec.ts";
import { sessionCodecs } from "../fields/session.ts";
import type { Flag } from "../flag.ts";
import type { SessionRow, TurnRow } from "../tables.ts";

/** What a session's status needs from its open turn and its bot. */
export interface SessionSurroundings {
  readonly turn_state: TurnRow["state"] | null;
  readonly turn_lease_until_ms: number | null;
  readonly turn_started_at: IsoTime | null;
  readonly turn_provider_wait: string | null;
  readonly bot_paused_at: IsoTime | null;
  readonly bot_held: Flag | null;
  readonly waits_for_title: string | null;
}

export function sessionRowToNoun(row: SessionRow, around: SessionSurroundings, steadyMs: number): Session {
  const turnState = around.turn_state === "running" || around.turn_state === "waiting" ? around.turn_state : null;
  return {
    id: row.id,
    botId: row.bot_id,
    ...columnsToFields(sessionCodecs, row),
    parentId: row.parent_id,
    rootId: row.root_id,
    depth: row.depth,
    status: sessionStatus(
      {
        isOutOfBudget: row.out_of_budget !== null,
        openAsks: row.open_asks,
        asksBelow: row.asks_below,
        turnState,
        leaseUntilMs: around.turn_lease_until_ms,
        lastTurnState: row.last_turn_state,
        queued: row.queued,
        botPaused: around.bot_paused_at !== null,
        isHeld: row.held === 1 || around.bot_held === 1,
      },
      steadyMs,
    ),
    unread: row.unread,
    pinnedAt: row.pinned_at,
    mirrors:
      row.gateway_id === null || row.gateway_key === null ? null : { gatewayId: row.gateway_id, key: row.gateway_key },
    queued: row.queued,
    openAsks: row.open_asks,
    waitsFor:
      row.waits_for_id === null || around.waits_for_title === null
        ? null
        : { sessionId: row.waits_for_id, title: around.waits_for_title },
    outOfBudget: row.out_of_budget === null ? null : JSON.parse(row.out_of_budget),
    providerWait: around.turn_provider_wait === null ? null : JSON.parse(around.turn_provider_wait),
    turnId: row.turn_id,
    turnStartedAt: around.turn_started_at,
    lastError: row.last_error,
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    lastText: row.last_text,
    lastAt: row.last_at,
    forkedFrom: row.forked_from_id === null ? null : { sessionId: row.forked_from_id, seq: row.forked_from_seq ?? 0 },
    taskMessageId: row.task_message_id,
    contract: row.contract === null ? null : (JSON.parse(row.contract) as ResultContract),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
