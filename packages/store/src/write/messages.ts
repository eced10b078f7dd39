/** Writes mailboxes: sends once per key (MB2), moves receipts only forward (MB6), keeps the order of delivery (MB3). */
import { ranksAfterMove } from "@reef/engine/mailbox/move";
import { receiptAtReply, requireDead, requireQueued } from "@reef/engine/mailbox/receipts";
import { assertSameBody, type MessageBody } from "@reef/engine/mailbox/same-body";
import type { MessageSeed } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { ChainId, EntryId, MessageId, SessionId } from "@reef/protocol/ids";
import type { MessageMove } from "@reef/protocol/message";
import { textToAttachments } from "../rows/file.ts";
import { messageRowToNoun, messageSeedToRow } from "../rows/message.ts";
import type { BotRow, MessageRow, SessionRow } from "../tables.ts";
import { nameFiles } from "./files.ts";
import * as mailStatements from "./mail-statements.ts";
import { rewindSession } from "./rewind.ts";
import { all, numbers, one, run, type Write } from "./steps.ts";
import { noteMessageSettled } from "./waits.ts";
import { adopt, findMessage, getBot, getMessage, getSession, saveMessage, touchBot, type Work } from "./work.ts";

/** Returns false if the key had sent it before. */
export function* sendMessage(work: Work, seed: MessageSeed): Write<boolean> {
  const session = yield* getSession(work, seed.sessionId);
  if (seed.idempotencyKey !== null) {
    const key = { session_id: seed.sessionId, idempotency_key: seed.idempotencyKey };
    const earlier = yield* one(mailStatements.messageByKey, key);
    if (earlier !== undefined) {
      assertSameBody(rowToBody(earlier), { ...seed, rewoundTo: seed.rewind?.toSeq }, seed.idempotencyKey);
      work.existing.push(messageRowToNoun(earlier));
      return false;
    }
  }
  if (seed.rewind !== undefined) yield* rewindSession(work, session, seed.rewind);
  const position = yield* numbers("acceptance", 1);
  const row = messageSeedToRow(seed, { position, at: work.at });
  yield* run(mailStatements.insertMessage, row);
  yield* nameFiles(session.id, seed.attachments);
  work.cache.messages.set(row.id, row);
  work.changedMessages.add(row);
  enterQueue(work, session, { row, bot: yield* getBot(work, session.bot_id) });
  if (row.reply_to !== null) yield* answerMessage(work, row.reply_to, row.id);
  return true;
}

function rowToBody(row: MessageRow): MessageBody {
  const { text, mode, reply_to: replyTo, not_before: notBefore, rewound_to: rewoundTo, attachments } = row;
  return { text, mode, replyTo, notBefore, rewoundTo, ...textToAttachments(attachments) };
}

function* answerMessage(work: Work, id: MessageId, reply: MessageId | EntryId): Write<void> {
  const row = yield* findMessage(work, id);
  const receipt = row && receiptAtReply({ state: row.state, answeredBy: row.answered_by }, reply);
  if (row === undefined || !receipt) return;
  row.answered_by = receipt.answeredBy;
  if (receipt.state === "answered") row.answered_at = work.at;
  row.state = receipt.state;
  yield* saveMessage(work, row);
  yield* noteMessageSettled(work, row);
}

export function* cancelMessage(work: Work, id: MessageId, reason: string): Write<void> {
  const row = yield* getMessage(work, id);
  requireQueued(row);
  const session = yield* getSession(work, row.session_id);
  leaveQueue(work, session, yield* getBot(work, session.bot_id));
  row.state = "cancelled";
  row.reason = reason;
  yield* saveMessage(work, row);
  yield* noteMessageSettled(work, row);
  yield* findHead(work, yield* getSession(work, row.session_id));
}

export function* cancelQueued(work: Work, sessionId: SessionId, reason: string): Write<void> {
  yield* getSession(work, sessionId);
  for (const row of yield* all(mailStatements.queuedOfSession, { session_id: sessionId })) {
    yield* cancelMessage(work, row.id, reason);
  }
}

/** Reassigns ranks among the messages that change places; each of them is shown (SY1). */
export function* moveMessage(
  work: Work,
  { id, to }: { readonly id: MessageId; readonly to: MessageMove },
): Write<void> {
  const { session_id: sessionId } = yield* getMessage(work, id);
  const waiting = yield* all(mailStatements.queuedOfSession, { session_id: sessionId });
  const ranks = ranksAfterMove(waiting, { id, to });
  if (ranks.size === 0) return;
  for (const [movedId, rank] of ranks) {
    const row = yield* getMessage(work, movedId);
    row.rank = rank;
    yield* run(mailStatements.rankMessage, row);
    work.changedMessages.add(row);
  }
  yield* findHead(work, yield* getSession(work, sessionId));
}

export function* retryMessage(work: Work, id: MessageId): Write<void> {
  const row = yield* getMessage(work, id);
  requireDead(row, "retried");
  if ((yield* one(mailStatements.replacedEntryOfMessage, { message_id: id })) !== undefined)
    throw new AppError("conflict", "this message was replaced: send its text again");
  row.line = yield* numbers("acceptance", 1);
  row.rank = row.line;
  row.accepted_at = work.at;
  row.retries += 1;
  yield* run(mailStatements.reacceptMessage, row);
  row.state = "queued";
  row.delivered_at = null;
  row.acted_at = null;
  row.answered_at = null;
  row.answered_by = null;
  row.turn_id = null;
  row.reason = null;
  row.cause = null;
  row.dismissed_at = null;
  yield* saveMessage(work, row);
  const session = yield* getSession(work, row.session_id);
  enterQueue(work, session, { row, bot: yield* getBot(work, session.bot_id) });
}

/** Does nothing if the message was cancelled or deleted: the answer to its ask must still be accepted. */
export function* releaseMessage(work: Work, id: MessageId): Write<void> {
  const row = yield* findMessage(work, id);
  if (row?.state !== "queued" || row.held === 0) return;
  row.held = 0;
  yield* saveMessage(work, row);
  yield* findHead(work, yield* getSession(work, row.session_id));
}

export function* releaseChain(work: Work, chainId: ChainId): Write<void> {
  for (const { id } of yield* all(mailStatements.heldOfChain, { chain_id: chainId })) yield* releaseMessage(work, id);
}

export function* stopChain(work: Work, chainId: ChainId, reason: string): Write<void> {
  for (const { id } of yield* all(mailStatements.heldOfChain, { chain_id: chainId })) {
    yield* cancelMessage(work, id, reason);
  }
}

/** Marks messages as taken by a turn. The caller appends their entries. */
export function* deliverMessages(work: Work, session: SessionRow, taken: readonly MessageRow[]): Write<void> {
  if (taken.length === 0) return;
  const bot = yield* getBot(work, session.bot_id);
  for (const row of taken) {
    row.state = "delivered";
    row.delivered_at = work.at;
    yield* saveMessage(work, row);
    leaveQueue(work, session, bot);
  }
  yield* findHead(work, session);
}

/** Returns the messages up to the last urgent one, which does not overtake but takes the others along (MB3, MB4). */
export function* findUrgent(work: Work, session: SessionRow): Write<MessageRow[]> {
  const due = { session_id: session.id, at: work.at };
  const last = (yield* one(mailStatements.lastUrgentRank, due))?.rank;
  if (last === undefined) return [];
  return yield* findDue(work, session, { from: 0, through: last, limit: Number.MAX_SAFE_INTEGER });
}

/** Returns queued messages that are due and not held, with ranks from `from` through `through`. */
export function* findDue(
  work: Work,
  session: SessionRow,
  range: { readonly from: number; readonly through: number; readonly limit: number },
): Write<MessageRow[]> {
  const due = yield* all(mailStatements.dueBetween, { session_id: session.id, at: work.at, ...range });
  return due.map((row) => adopt(work.cache.messages, row));
}

/** Returns the session's first message. It was mostly sent a moment ago, so its row is still cached. */
export function* findHeadMessage(work: Work, session: SessionRow): Write<MessageRow[]> {
  if (session.head_line === null) return [];
  const at = yield* one(mailStatements.queuedAtRank, { session_id: session.id, rank: session.head_line });
  return at === undefined ? [] : [yield* getMessage(work, at.id)];
}

function enterQueue(
  work: Work,
  session: SessionRow,
  { row, bot }: { readonly row: MessageRow; readonly bot: BotRow },
): void {
  session.queued += 1;
  bot.queue_depth += 1;
  work.changedSessions.add(session);
  touchBot(work, bot);
  if (row.held === 1 || session.held === 1) return;
  if (row.not_before !== null && row.not_before > work.at) {
    if (session.wake_at === null || row.not_before < session.wake_at) session.wake_at = row.not_before;
  } else {
    session.head_line ??= row.rank;
  }
  work.wake = true;
}

function leaveQueue(work: Work, session: SessionRow, bot: BotRow): void {
  session.queued -= 1;
  bot.queue_depth -= 1;
  work.changedSessions.add(session);
  touchBot(work, bot);
}

/** Finds where the session's queue begins now, and when the next message joins it. */
export function* findHead(work: Work, session: SessionRow): Write<void> {
  const due = { session_id: session.id, at: work.at };
  if (session.held === 1) {
    session.head_line = null;
    session.wake_at = null;
    work.changedSessions.add(session);
    touchBot(work, yield* getBot(work, session.bot_id));
    return;
  }
  session.head_line = session.queued === 0 ? null : ((yield* one(mailStatements.headRankOfSession, due))?.rank ?? null);
  if (session.wake_at !== null || session.queued > 0) {
    session.wake_at = (yield* one(mailStatements.nextDueOfSession, due))?.not_before ?? null;
  }
  work.changedSessions.add(session);
  touchBot(work, yield* getBot(work, session.bot_id));
  if (session.head_line !== null) work.wake = true;
}
