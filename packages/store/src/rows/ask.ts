/** Converts asks: row ↔ noun. */
import type { AskSeed } from "@reef/engine/port/unit";
import type { Ask } from "@reef/protocol/ask";
import type { IsoTime } from "@reef/protocol/time";
import type { AskRow } from "../tables.ts";

export function askRowToNoun(row: AskRow): Ask {
  return {
    id: row.id,
    kind: row.kind,
    sessionId: row.session_id,
    botId: row.bot_id,
    turnId: row.turn_id,
    callId: row.call_id,
    messageId: row.message_id,
    ...(row.chain_id === null ? {} : { chainId: row.chain_id }),
    question: row.question,
    options: JSON.parse(row.options),
    freeText: row.free_text === 1,
    ...(row.call !== null && { call: JSON.parse(row.call) }),
    ...(row.origin !== null && { origin: JSON.parse(row.origin) }),
    ...(row.delivery !== null && { delivery: row.delivery }),
    ...(row.note !== null && { note: row.note }),
    ...(row.deadline_at !== null && { deadlineAt: row.deadline_at }),
    ...(row.default_answer !== null && { defaultAnswer: row.default_answer }),
    state: row.state,
    answer: row.answer,
    ...(row.held_answer !== null &&
      row.held_until !== null && { held: { answer: row.held_answer, until: row.held_until } }),
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

export function askSeedToRow(seed: AskSeed, at: IsoTime): AskRow {
  return {
    id: seed.id,
    kind: seed.kind,
    session_id: seed.sessionId,
    bot_id: seed.botId,
    turn_id: seed.turnId,
    call_id: seed.callId,
    message_id: seed.messageId,
    chain_id: seed.chainId ?? null,
    question: seed.question,
    options: JSON.stringify(seed.options),
    free_text: seed.freeText ? 1 : 0,
    call: seed.call === undefined ? null : JSON.stringify(seed.call),
    origin: seed.origin === undefined ? null : JSON.stringify(seed.origin),
    origin_gateway: seed.origin?.gatewayId ?? null,
    origin_key: seed.origin?.key ?? null,
    delivery: null,
    note: null,
    deadline_at: seed.deadlineAt ?? null,
    default_answer: seed.defaultAnswer ?? null,
    state: "open",
    answer: null,
    held_answer: null,
    held_until: null,
    created_at: at,
    settled_at: null,
  };
}
