/**
 * Applies a turn's own operations: steps, joining messages, waiting, settling. Its claim was checked before any of them
 * (TU5).
 */

import { makeId } from "@reef/engine/ids";
import { causeOf } from "@reef/engine/mailbox/cause";
import { type Chain, longestChain } from "@reef/engine/mailbox/longest-chain";
import { type MessageEnd, receiptAtEnd } from "@reef/engine/mailbox/receipts";
import type { Spender } from "@reef/engine/port/budget";
import type { Op, TurnOp } from "@reef/engine/port/unit";
import { type Cancel, cancelEnd, cancelNotice, failuresAfter, type TurnEnd } from "@reef/engine/turn/end";
import { dueNow, isReady } from "@reef/engine/turn/ready";
import { isModelCall, isProgress, usageOfStep } from "@reef/engine/turn/usage";
import { assertNoCircle } from "@reef/engine/turn/wait-circle";
import { AppError } from "@reef/protocol/error";
import type { MessageId, TurnId } from "@reef/protocol/ids";
import { usdToNanos } from "../rows/usage.ts";
import type { BotRow, MessageRow, TurnRow } from "../tables.ts";
import { cancelAsksOfTurn } from "./asks.ts";
import { expireTurn, releaseTurn, spend } from "./budgets.ts";
import { appendEntry, appendMessageEntry } from "./entries.ts";
import { deliverMessages, findHead, findUrgent } from "./messages.ts";
import { nothing, run, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";
import { addWaits, dropWaits, noteMessageSettled, readWaits } from "./waits.ts";
import {
  findMessage,
  findTurn,
  getBot,
  getSession,
  getTurn,
  saveMessage,
  showBudget,
  touchBot,
  type Work,
} from "./work.ts";

type OpOf<Name extends TurnOp["op"]> = Extract<TurnOp, { readonly op: Name }>;

export function* addPaid(work: Work, { turnId, paid }: Extract<Op, { op: "turn.paid" }>): Write<void> {
  const step = { kind: "retry" as const, callId: null, tool: null, entryId: null, durationMs: 0, ...paid };
  const turn = yield* getTurn(work, turnId);
  // Another worker may have reserved its own call for the same turn by now.
  if (turn.state !== "running") yield* releaseTurn(turn);
  yield* addStep(work, turn, { step });
}

export function* addStep(work: Work, turn: TurnRow, { step }: Pick<OpOf<"turn.step">, "step">): Write<void> {
  const bot = yield* getBot(work, turn.bot_id);
  const calls = isModelCall(step) ? 1 : 0;
  const costNanos = step.costUsd === undefined ? null : usdToNanos(step.costUsd);
  if (calls > 0) {
    yield* spend(work, rowToSpender(turn), usageOfStep(step));
    if (turn.state === "running") yield* releaseTurn(turn);
  }
  turn.steps += 1;
  if (isProgress(step)) {
    noteAlive(turn);
    yield* endProviderWait(work, turn);
  }
  for (const row of [turn, bot]) {
    row.model_calls += calls;
    row.input_tokens += step.inputTokens;
    row.output_tokens += step.outputTokens;
    row.cost_nanos += costNanos ?? 0;
    row.unpriced_calls += costNanos === null ? calls : 0;
  }
  yield* run(turnStatements.insertStep, {
    turn_id: turn.id,
    n: turn.steps,
    kind: step.kind,
    call_id: step.callId,
    tool: step.tool,
    entry_id: step.entryId,
    input_tokens: step.inputTokens,
    output_tokens: step.outputTokens,
    cost_nanos: costNanos,
    model: step.model ?? null,
    cached_tokens: step.cachedTokens ?? null,
    first_token_ms: step.firstTokenMs ?? null,
    window_tokens: step.windowTokens ?? null,
    context_tokens: step.contextTokens ?? null,
    compacts_at: step.compactsAt ?? null,
    duration_ms: step.durationMs,
    at: work.at,
  });
  work.changedTurns.add(turn);
  touchBot(work, bot);
}

/** Its model has answered, so its session shows no wait any more. */
function* endProviderWait(work: Work, turn: TurnRow): Write<void> {
  if (turn.provider_wait === null) return;
  turn.provider_wait = null;
  work.changedSessions.add(yield* getSession(work, turn.session_id));
}

/** Clears the failures counted before. */
function noteAlive(turn: TurnRow): void {
  turn.attempts = 0;
  turn.shared_deaths = 0;
}

export function* joinMessages(work: Work, turn: TurnRow): Write<void> {
  const session = yield* getSession(work, turn.session_id);
  yield* takeMessages(work, turn, yield* findUrgent(work, session));
}

/** Leaves out messages that are no longer queued in this session: they were taken or cancelled. */
export function* takeNamedMessages(work: Work, turn: TurnRow, ids: readonly MessageId[]): Write<void> {
  const rows: MessageRow[] = [];
  for (const id of new Set(ids)) {
    const row = yield* findMessage(work, id);
    if (row?.session_id === turn.session_id && row.state === "queued") rows.push(row);
  }
  yield* takeMessages(work, turn, rows);
}

/** Takes messages into the turn: delivered, with their entries, in the order given. */
export function* takeMessages(work: Work, turn: TurnRow, rows: readonly MessageRow[]): Write<void> {
  if (rows.length === 0) return;
  const session = yield* getSession(work, turn.session_id);
  for (const message of rows) {
    message.turn_id = turn.id;
    yield* appendMessageEntry(work, session, { turn, message });
  }
  yield* deliverMessages(work, session, rows);
  turn.message_ids = JSON.stringify([...JSON.parse(turn.message_ids), ...rows.map(({ id }) => id)]);
  const { chainId, hops } = longestChain(rowToChain(turn), rows.map(rowToChain));
  turn.chain_id = chainId;
  turn.hops = hops;
  work.changedTurns.add(turn);
}

export function noteCrash(work: Work, turn: TurnRow, { receipt }: OpOf<"turn.crashed">): Write<void> {
  turn.crash_receipt = JSON.stringify(receipt);
  work.changedTurns.add(turn);
  return nothing;
}

export function noteRemote(work: Work, turn: TurnRow, { remote, isProgress }: OpOf<"turn.remote">): Write<void> {
  if (isProgress === true) noteAlive(turn);
  turn.remote = JSON.stringify(remote);
  work.changedTurns.add(turn);
  return nothing;
}

export function* waitTurn(
  work: Work,
  turn: TurnRow,
  { waits, readyAt, failed, outOfBudget, providerWait }: OpOf<"turn.wait">,
): Write<void> {
  if (waits.length > 0) assertNoCircle(turn.session_id, waits, yield* readWaits(work, waits));
  yield* dropWaits(work, turn);
  turn.waits = JSON.stringify(waits);
  turn.ready_at = readyAt;
  turn.state = "waiting";
  turn.provider_wait = providerWait === undefined ? null : JSON.stringify(providerWait);
  if (failed !== undefined) {
    turn.attempts += 1;
    turn.error = failed;
  }
  const left = yield* addWaits(work, turn, waits);
  const isDue = isReady({ waits: waits.length, open: left, readyAt, isCancelled: turn.cancel_requested !== null });
  turn.due_at = isDue ? dueNow : readyAt;
  if (isDue) work.wake = true;
  leaveLane(work, turn, yield* getBot(work, turn.bot_id));
  yield* releaseTurn(turn);
  const session = yield* getSession(work, turn.session_id);
  showBudget(work, session, outOfBudget ?? null);
  work.changedSessions.add(session);
}

export function* settleTurn(work: Work, turn: TurnRow, end: TurnEnd): Write<void> {
  const { state, error } = end;
  const wasRunning = turn.state === "running";
  yield* dropWaits(work, turn);
  turn.state = state;
  turn.error = error;
  turn.ended_at = work.at;
  turn.waits = "[]";
  turn.ready_at = null;
  turn.due_at = null;
  turn.provider_wait = null;
  const bot = yield* getBot(work, turn.bot_id);
  if (wasRunning) leaveLane(work, turn, bot);

  // A call that was stopped may still cost something.
  yield* state === "cancelled" && wasRunning ? expireTurn(work, turn) : releaseTurn(turn);

  const session = yield* getSession(work, turn.session_id);
  showBudget(work, session, null);
  session.turn_id = null;
  session.last_turn_state = state;
  session.last_error = state === "failed" ? error : null;

  bot.last_turn_at = work.at;
  bot.last_turn_state = state;
  bot.last_active_at = work.at;
  const { failuresInRow, lastError } = failuresAfter(
    { failuresInRow: bot.failures_in_row, lastError: bot.last_error },
    end,
  );
  bot.failures_in_row = failuresInRow;
  bot.last_error = lastError;
  touchBot(work, bot, true);

  for (const id of JSON.parse(turn.message_ids) as MessageId[]) {
    const message = yield* findMessage(work, id);
    if (message?.state === "delivered") yield* settleMessage(work, message, end);
  }
  if (session.open_asks > 0) yield* cancelAsksOfTurn(work, turn);
  work.changedTurns.add(turn);
  if (session.queued > 0) yield* findHead(work, session);
  work.changedSessions.add(session);
}

function* settleMessage(work: Work, message: MessageRow, end: MessageEnd): Write<void> {
  const { purpose, answered_by } = message;
  const { state, answeredBy, reason } = receiptAtEnd({ purpose, answeredBy: answered_by }, end);
  message.state = state;
  message.answered_by = answeredBy;
  message.reason = reason;
  message.cause = state === "dead" ? causeOf(reason) : null;
  if (end.messages === "acted") message.acted_at = work.at;
  if (state === "answered") message.answered_at = work.at;
  yield* saveMessage(work, message);
  yield* noteMessageSettled(work, message);
}

function leaveLane(work: Work, turn: TurnRow, bot: BotRow): void {
  turn.worker = null;
  turn.lease_until_ms = null;
  bot.running_turns -= 1;
  touchBot(work, bot, true);
  work.changedTurns.add(turn);
}

/**
 * Asks a running turn to stop, by event and by beat; settles a waiting one immediately; does nothing if it has ended
 * (TU6).
 */
export function* cancelTurn(work: Work, id: TurnId, { by, reason }: Cancel): Write<void> {
  const turn = yield* getTurn(work, id);
  if (turn.state !== "running" && turn.state !== "waiting") return;
  turn.cancel_requested ??= JSON.stringify({ by, reason, at: work.at });
  work.changedTurns.add(turn);
  if (turn.state === "waiting") yield* settleWaiting(work, turn, { by, reason });
}

/** Makes a turn ready that waits for nothing but a time; leaves any other alone. */
export function* hurryTurn(work: Work, id: TurnId): Write<void> {
  const turn = yield* findTurn(work, id);
  if (turn?.state !== "waiting" || turn.waits !== "[]" || turn.ready_at === null) return;
  turn.ready_at = work.at;
  turn.due_at = dueNow;
  work.wake = true;
  work.changedTurns.add(turn);
}

/** Writes what the worker of a turn without one would have written. */
function* settleWaiting(work: Work, turn: TurnRow, cancel: Cancel): Write<void> {
  yield* appendEntry(work, {
    id: makeId("entry"),
    sessionId: turn.session_id,
    kind: "notice",
    turnId: turn.id,
    ...cancelNotice(cancel),
  });
  yield* settleTurn(work, turn, cancelEnd(cancel));
}

function rowToSpender({ bot_id: botId, session_id: sessionId, chain_id: chainId }: TurnRow): Spender {
  return { botId, sessionId, chainId };
}

function rowToChain({ chain_id: chainId, hops }: MessageRow | TurnRow): Chain {
  return { chainId, hops };
}

export function assertOpen(turn: TurnRow, op: string): void {
  if (turn.state !== "running") throw new AppError("conflict", `${op} after the turn's end in the same unit`);
}
