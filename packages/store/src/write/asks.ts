/** Asks: open, answered or cancelled, once (AS1). */

import { endsWithTurn, isAnsweredElsewhere, requireAnyHeld, requireHeld, requireOpen } from "@reef/engine/ask/open-ask";
import type { AskSeed, Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { AskId } from "@reef/protocol/ids";
import { askRowToNoun, askSeedToRow } from "../rows/ask.ts";
import type { AskRow, TurnRow } from "../tables.ts";
import { noteAskBelow, noteNoneBelow } from "./asks-below.ts";
import { sendMessage } from "./messages.ts";
import * as turnStatements from "./turn-statements.ts";
import { noteSettled } from "./waits.ts";
import { findBot, findSession, getBot, getSession, missing, touchBot, type Work } from "./work.ts";

export function openAsk(work: Work, seed: AskSeed): void {
  const session = getSession(work, seed.sessionId);
  const bot = getBot(work, seed.botId);
  if (work.connection.get(turnStatements.askById, { id: seed.id }) !== undefined) {
    if (seed.kind === "chain" && seed.messageId === null) return;
    throw new AppError("conflict", `the ask ${seed.id} already exists`);
  }
  if (isAskedAlready(work, seed)) return;
  const row = askSeedToRow(seed, work.at);
  work.connection.run(turnStatements.insertAsk, row);
  session.open_asks += 1;
  noteAskBelow(work, session);
  bot.open_asks += 1;
  work.changedSessions.add(session);
  touchBot(work, bot, true);
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

/** A chain that is held asks once, however many of its messages are (MB10). */
function isAskedAlready(work: Work, { kind, messageId }: AskSeed): boolean {
  if (kind !== "chain" || messageId === null) return false;
  return work.connection.get(turnStatements.openAskOfChain, { message_id: messageId }) !== undefined;
}

/** It stays open, and what waits for it waits on. */
export function holdAnswer(work: Work, { id, held }: Extract<Op, { op: "ask.hold" }>): void {
  const row = getOpenAsk(work, id);
  if (held === null) requireAnyHeld(heldOf(row));
  row.held_answer = held?.answer ?? null;
  row.held_until = held?.until ?? null;
  work.connection.run(turnStatements.updateAsk, row);
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

export function answerAsk(work: Work, { id, answer, elsewhere, heldUntil }: Extract<Op, { op: "ask.answer" }>): void {
  const row = getOpenAsk(work, id);
  requireHeld(heldOf(row), { answer, heldUntil });
  row.answer = answer;
  settleAsk(work, row, "answered");
  if (elsewhere !== undefined && isAnsweredElsewhere({ turnId: row.turn_id, kind: row.kind }))
    sendMessage(work, elsewhere);
}

export function detachAsk(work: Work, id: AskId): void {
  const row = getOpenAsk(work, id);
  row.turn_id = null;
  work.connection.run(turnStatements.detachAsk, { id });
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
}

function getOpenAsk(work: Work, id: AskId): AskRow {
  const row = work.connection.get(turnStatements.askById, { id }) ?? missing("ask", id);
  requireOpen(row);
  return row;
}

function heldOf({ held_answer: answer, held_until: until }: AskRow) {
  return answer === null || until === null ? undefined : { answer, until };
}

export function cancelAsk(work: Work, row: AskRow): void {
  settleAsk(work, row, "cancelled");
}

export function cancelAsksOfTurn(work: Work, turn: TurnRow): void {
  for (const row of work.connection.all(turnStatements.openAsksOfTurn, { turn_id: turn.id })) {
    if (endsWithTurn(row)) cancelAsk(work, row);
  }
}

function settleAsk(work: Work, row: AskRow, state: "answered" | "cancelled"): void {
  row.state = state;
  row.settled_at = work.at;
  row.held_answer = null;
  row.held_until = null;
  work.connection.run(turnStatements.updateAsk, row);
  const session = findSession(work, row.session_id);
  if (session !== undefined) {
    session.open_asks -= 1;
    noteNoneBelow(work, session.parent_id, 1);
    work.changedSessions.add(session);
  }
  const bot = findBot(work, row.bot_id);
  if (bot !== undefined) {
    bot.open_asks -= 1;
    touchBot(work, bot, true);
  }
  work.events.push({ type: "ask.changed", ask: askRowToNoun(row) });
  noteSettled(work, row.id);
}
