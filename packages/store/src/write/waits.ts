/** Waiting turns: what each still waits for, and that it becomes ready in the transaction that settles the last of it. */
import { isSettled } from "@reef/engine/mailbox/settled";
import { isResultTaken, isTaskCancelled } from "@reef/engine/mailbox/task-over";
import { isAskOver, isMessageOver } from "@reef/engine/turn/ready";
import type { WaitReads } from "@reef/engine/turn/wait-circle";
import type { AskId, MessageId } from "@reef/protocol/ids";
import type { TurnWait } from "@reef/protocol/turn";
import type { MessageRow, SessionRow, TurnRow } from "../tables.ts";
import * as turnStatements from "./turn-statements.ts";
import { findMessage, findSession, findTurn, type Work } from "./work.ts";

/** Notes what the turn waits for, of `waits`; returns how many are not settled yet. */
export function addWaits(work: Work, turn: TurnRow, waits: readonly TurnWait[]): number {
  const targets = new Set(waits.filter((wait) => !isOver(work, wait)).map(targetOf));
  for (const target of targets) work.connection.run(turnStatements.insertWait, { target_id: target, turn_id: turn.id });
  work.cache.openWaits += targets.size;
  return targets.size;
}

export function dropWaits(work: Work, turn: TurnRow): void {
  if (turn.waits === "[]" || work.cache.openWaits === 0) return;
  work.cache.openWaits -= work.connection.all(turnStatements.waitsOfTurn, { turn_id: turn.id }).length;
  work.connection.run(turnStatements.deleteWaitsOfTurn, { turn_id: turn.id });
}

/** Turns that waited for this only are ready from now on. */
export function noteSettled(work: Work, target: AskId | MessageId): void {
  if (work.cache.openWaits === 0) return;
  const waits = work.connection.all(turnStatements.waitsFor, { target_id: target });
  if (waits.length === 0) return;
  work.connection.run(turnStatements.deleteWaitsFor, { target_id: target });
  work.cache.openWaits -= waits.length;
  for (const { turn_id } of waits) {
    if (work.connection.get(turnStatements.waitsOfTurn, { turn_id }) !== undefined) continue;
    const turn = findTurn(work, turn_id);
    if (turn?.state !== "waiting") continue;
    // Written at once and not shown: people see a turn go on when it does.
    turn.due_at = work.at;
    work.connection.run(turnStatements.updateTurn, turn);
    work.wake = true;
  }
}

/** What follows when nothing more will happen to a message: waits are over, a spawned session counts no longer (SU2). */
export function noteMessageSettled(work: Work, row: MessageRow): void {
  if (isSettled(row)) noteSettled(work, row.id);
  if (row.purpose === "task" && isTaskCancelled(row)) {
    const spawned = findSession(work, row.session_id);
    if (spawned?.task_message_id === row.id) closeChild(work, spawned);
  }
  if (row.reply_to === null || !isResultTaken(row)) return;
  const task = findMessage(work, row.reply_to);
  const child = task === undefined ? undefined : findSession(work, task.session_id);
  if (child?.task_message_id === row.reply_to && child.parent_id === row.session_id) closeChild(work, child);
}

/** For finding turns that would wait for each other. */
export function waitReads(work: Work): WaitReads {
  return {
    targetOf: (id) => {
      const message = findMessage(work, id);
      return message === undefined || isSettled(message) ? null : message.session_id;
    },
    waitingIn: (id) => {
      const session = findSession(work, id);
      const turn = session?.turn_id == null ? undefined : findTurn(work, session.turn_id);
      if (session === undefined || turn?.state !== "waiting") return null;
      return { title: session.title, waits: JSON.parse(turn.waits) as readonly TurnWait[] };
    },
  };
}

function closeChild(work: Work, child: SessionRow): void {
  if (child.child_open === 0) return;
  child.child_open = 0;
  work.changedSessions.add(child);
}

function isOver(work: Work, wait: TurnWait): boolean {
  if (wait.for === "ask") return isAskOver(work.connection.get(turnStatements.askById, { id: wait.askId }));
  return isMessageOver(findMessage(work, wait.messageId));
}

function targetOf(wait: TurnWait): AskId | MessageId {
  return wait.for === "ask" ? wait.askId : wait.messageId;
}
