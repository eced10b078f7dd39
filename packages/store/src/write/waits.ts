/** Keeps what each waiting turn still waits for, and makes it ready in the transaction that settles the last of it. */
import { isSettled } from "@reef/engine/mailbox/settled";
import { isResultTaken, isTaskCancelled } from "@reef/engine/mailbox/task-over";
import { dueNow, isAskOver, isMessageOver } from "@reef/engine/turn/ready";
import type { WaitReads } from "@reef/engine/turn/wait-circle";
import type { AskId, MessageId, SessionId } from "@reef/protocol/ids";
import type { TurnWait } from "@reef/protocol/turn";
import type { MessageRow, SessionRow, TurnRow } from "../tables.ts";
import { all, nothing, one, run, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";
import { countWaits, findMessage, findSession, findTurn, openWaits, type Work } from "./work.ts";

/** Records which of `waits` the turn still waits for, and returns how many. */
export function* addWaits(work: Work, turn: TurnRow, waits: readonly TurnWait[]): Write<number> {
  const targets = new Set<AskId | MessageId>();
  for (const wait of waits) {
    const isSettled = yield* isOver(work, wait);
    if (!isSettled) targets.add(targetOf(wait));
  }
  for (const target of targets) yield* run(turnStatements.insertWait, { target_id: target, turn_id: turn.id });
  yield* countWaits(work, targets.size);
  return targets.size;
}

export function dropWaits(work: Work, turn: TurnRow): Write<void> {
  return turn.waits === "[]" || work.cache.openWaits === 0 ? nothing : deleteWaits(work, turn);
}

function* deleteWaits(work: Work, turn: TurnRow): Write<void> {
  const waits = yield* all(turnStatements.waitsOfTurn, { turn_id: turn.id });
  yield* countWaits(work, -waits.length);
  yield* run(turnStatements.deleteWaitsOfTurn, { turn_id: turn.id });
}

/** Makes turns that waited for this only ready. */
export function noteSettled(work: Work, target: AskId | MessageId): Write<void> {
  return work.cache.openWaits === 0 ? nothing : endWaits(work, target);
}

function* endWaits(work: Work, target: AskId | MessageId): Write<void> {
  if ((yield* openWaits(work)) === 0) return;
  const waits = yield* all(turnStatements.waitsFor, { target_id: target });
  if (waits.length === 0) return;
  yield* run(turnStatements.deleteWaitsFor, { target_id: target });
  yield* countWaits(work, -waits.length);
  for (const { turn_id } of waits) {
    if ((yield* one(turnStatements.waitsOfTurn, { turn_id })) !== undefined) continue;
    const turn = yield* findTurn(work, turn_id);
    if (turn?.state !== "waiting") continue;
    // Written immediately but not shown: people see a turn go on when it does.
    turn.due_at = dueNow;
    yield* run(turnStatements.updateTurn, turn);
    work.wake = true;
  }
}

/** Call when a message is final: waits are over, and a spawned session no longer counts (SU2). */
export function noteMessageSettled(work: Work, row: MessageRow): Write<void> {
  const mayEndTask = row.purpose === "task" || row.purpose === "result";
  if (mayEndTask) return noteTaskSettled(work, row);
  return isSettled(row) ? noteSettled(work, row.id) : nothing;
}

function* noteTaskSettled(work: Work, row: MessageRow): Write<void> {
  if (isSettled(row)) yield* noteSettled(work, row.id);
  if (row.purpose === "task" && isTaskCancelled(row)) {
    const spawned = yield* findSession(work, row.session_id);
    if (spawned?.task_message_id === row.id) closeChild(work, spawned);
  }
  if (row.reply_to === null || !isResultTaken(row)) return;
  const task = yield* findMessage(work, row.reply_to);
  const child = task === undefined ? undefined : yield* findSession(work, task.session_id);
  if (child?.task_message_id === row.reply_to && child.parent_id === row.session_id) closeChild(work, child);
}

/** Reads what `waits` wait for, what that waits for, and so on, to find turns that would wait for each other. */
export function* readWaits(work: Work, waits: readonly TurnWait[]): Write<WaitReads> {
  const targets = new Map<MessageId, SessionId | null>();
  const waiting = new Map<SessionId, ReturnType<WaitReads["waitingIn"]>>();
  const ahead = [...waits];
  for (let wait = ahead.pop(); wait !== undefined; wait = ahead.pop()) {
    if (wait.for !== "message" || targets.has(wait.messageId)) continue;
    const message = yield* findMessage(work, wait.messageId);
    const target = message === undefined || isSettled(message) ? null : message.session_id;
    targets.set(wait.messageId, target);
    if (target === null || waiting.has(target)) continue;
    const found = yield* findWaiting(work, target);
    waiting.set(target, found);
    if (found !== null) ahead.push(...found.waits);
  }
  return { targetOf: (id) => targets.get(id) ?? null, waitingIn: (id) => waiting.get(id) ?? null };
}

function* findWaiting(work: Work, id: SessionId): Write<ReturnType<WaitReads["waitingIn"]>> {
  const session = yield* findSession(work, id);
  const turn = session?.turn_id == null ? undefined : yield* findTurn(work, session.turn_id);
  if (session === undefined || turn?.state !== "waiting") return null;
  return { title: session.title, waits: JSON.parse(turn.waits) as readonly TurnWait[] };
}

function closeChild(work: Work, child: SessionRow): void {
  if (child.child_open === 0) return;
  child.child_open = 0;
  work.changedSessions.add(child);
}

function* isOver(work: Work, wait: TurnWait): Write<boolean> {
  if (wait.for === "ask") return isAskOver(yield* one(turnStatements.askById, { id: wait.askId }));
  return isMessageOver(yield* findMessage(work, wait.messageId));
}

function targetOf(wait: TurnWait): AskId | MessageId {
  return wait.for === "ask" ? wait.askId : wait.messageId;
}
