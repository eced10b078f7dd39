/** Opens, answers and cancels asks, each once (AS1). */

import {
  endsWithTurn,
  isAnsweredElsewhere,
  isShared,
  requireAnyHeld,
  requireHeld,
  requireOpen,
} from "@reef/engine/ask/open-ask";
import type { AskSeed, Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { AskId } from "@reef/protocol/ids";
import { askRowToNoun, askSeedToRow } from "../rows/ask.ts";
import type { AskRow, TurnRow } from "../tables.ts";
import { noteAskBelow, noteNoneBelow } from "./asks-below.ts";
import { sendMessage } from "./messages.ts";
import { all, one, run, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";
import { noteSettled } from "./waits.ts";
import { findBot, findSession, getBot, getSession, missing, touchBot, type Work } from "./work.ts";

export function* openAsk(work: Work, seed: AskSeed): Write<void> {
  const session = yield* getSession(work, seed.sessionId);
  const bot = yield* getBot(work, seed.botId);
  if ((yield* one(turnStatements.askById, { id: seed.id })) !== undefined) {
    if (isShared(seed)) return;
    throw new AppError("conflict", `the ask ${seed.id} already exists`);
  }
  if ((yield* isAskedAlready(seed)) || (yield* isKnownOfGateway(seed))) return;
  const row = askSeedToRow(seed, work.at);
  yield* run(turnStatements.insertAsk, row);
  session.open_asks += 1;
  yield* noteAskBelow(work, session);
  bot.open_asks += 1;
  work.changedSessions.add(session);
  touchBot(work, bot, true);
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

/** A chain asks once, however many of its messages are held (MB10). */
function* isAskedAlready({ kind, messageId }: AskSeed): Write<boolean> {
  if (kind !== "chain" || messageId === null) return false;
  return (yield* one(turnStatements.openAskOfChain, { message_id: messageId })) !== undefined;
}

/** True if the gateway's ask was opened before, whatever became of it (AS3). */
function* isKnownOfGateway({ origin }: AskSeed): Write<boolean> {
  if (origin === undefined) return false;
  const { gatewayId: gateway, key } = origin;
  return (yield* one(turnStatements.askOfGateway, { gateway, key })) !== undefined;
}

/** The ask stays open, and what waits for it waits on. */
export function* holdAnswer(work: Work, { id, held }: Extract<Op, { op: "ask.hold" }>): Write<void> {
  const row = yield* getOpenAsk(id);
  if (held === null) requireAnyHeld(heldOf(row));
  row.held_answer = held?.answer ?? null;
  row.held_until = held?.until ?? null;
  yield* run(turnStatements.updateAsk, row);
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

export function* answerAsk(
  work: Work,
  { id, answer, elsewhere, heldUntil }: Extract<Op, { op: "ask.answer" }>,
): Write<void> {
  const row = yield* getOpenAsk(id);
  requireHeld(heldOf(row), { answer, heldUntil });
  row.answer = answer;
  if (row.origin !== null) row.delivery = "waiting";
  yield* settleAsk(work, row, "answered");
  if (elsewhere !== undefined && isAnsweredElsewhere(askRowToNoun(row))) yield* sendMessage(work, elsewhere);
}

/** Settles it as its gateway did (AS3). */
export function* settleAskOfGateway(work: Work, { id, answer, note }: Extract<Op, { op: "ask.settle" }>): Write<void> {
  const row = (yield* one(turnStatements.askById, { id })) ?? missing("ask", id);
  if (row.state !== "open") return;
  row.answer = answer;
  row.note = note;
  yield* settleAsk(work, row, answer === null ? "cancelled" : "answered");
}

export function* noteDelivery(work: Work, { id, delivery, note }: Extract<Op, { op: "ask.deliver" }>): Write<void> {
  const row = (yield* one(turnStatements.askById, { id })) ?? missing("ask", id);
  if (row.delivery !== "waiting") return;
  row.delivery = delivery;
  row.note = note ?? row.note;
  yield* run(turnStatements.updateAsk, row);
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

export function* detachAsk(work: Work, id: AskId): Write<void> {
  const row = yield* getOpenAsk(id);
  row.turn_id = null;
  yield* run(turnStatements.detachAsk, { id });
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

function* getOpenAsk(id: AskId): Write<AskRow> {
  const row = (yield* one(turnStatements.askById, { id })) ?? missing("ask", id);
  requireOpen(row);
  return row;
}

function heldOf({ held_answer: answer, held_until: until }: AskRow) {
  return answer === null || until === null ? undefined : { answer, until };
}

export function* cancelAsk(work: Work, row: AskRow): Write<void> {
  yield* settleAsk(work, row, "cancelled");
}

export function* cancelAskById(work: Work, id: AskId): Write<void> {
  const row = yield* one(turnStatements.askById, { id });
  if (row?.state === "open") yield* cancelAsk(work, row);
}

export function* cancelAsksOfTurn(work: Work, turn: TurnRow): Write<void> {
  for (const row of yield* all(turnStatements.openAsksOfTurn, { turn_id: turn.id })) {
    if (endsWithTurn(row)) yield* cancelAsk(work, row);
  }
}

function* settleAsk(work: Work, row: AskRow, state: "answered" | "cancelled"): Write<void> {
  row.state = state;
  row.settled_at = work.at;
  row.held_answer = null;
  row.held_until = null;
  yield* run(turnStatements.updateAsk, row);
  const session = yield* findSession(work, row.session_id);
  if (session !== undefined) {
    session.open_asks -= 1;
    yield* noteNoneBelow(work, session.parent_id, 1);
    work.changedSessions.add(session);
  }
  const bot = yield* findBot(work, row.bot_id);
  if (bot !== undefined) {
    bot.open_asks -= 1;
    touchBot(work, bot, true);
  }
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
  yield* noteSettled(work, row.id);
}
