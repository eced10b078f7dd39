/** Deleting a session with all that is its own. Turns elsewhere that wait for one of its messages go on. */
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { SessionRow } from "../tables.ts";
import { cancelAsk } from "./asks.ts";
import { noteNoneBelow } from "./asks-below.ts";
import { forgetCalls } from "./calls.ts";
import { forgetLines } from "./capture.ts";
import { dropFiles } from "./files.ts";
import * as mailStatements from "./mail-statements.ts";
import * as memoryStatements from "./memory-statements.ts";
import { deleteSchedulesOf } from "./schedules.ts";
import * as statements from "./statements.ts";
import * as turnStatements from "./turn-statements.ts";
import { noteSettled } from "./waits.ts";
import { adopt, findTurn, flushRows, getBot, getSession, touchBot, type Work } from "./work.ts";

export function deleteSession(work: Work, id: SessionId): void {
  const session = getSession(work, id);
  const turn = session.turn_id === null ? undefined : findTurn(work, session.turn_id);
  if (turn?.state === "running") throw new AppError("conflict", `session ${id} has a running turn; cancel it first`);
  flushRows(work);

  const of = { session_id: id };
  for (const ask of work.connection.all(turnStatements.openAsksOfSession, of)) cancelAsk(work, ask);
  for (const ask of work.connection.all(turnStatements.openAsksAboutSession, of)) cancelAsk(work, ask);
  for (const message of work.connection.all(mailStatements.unsettledOfSession, of)) noteSettled(work, message.id);
  if (turn !== undefined) {
    const waits = work.connection.all(turnStatements.waitsOfTurn, { turn_id: turn.id });
    work.cache.openWaits -= waits.length;
    work.connection.run(turnStatements.deleteWaitsOfTurn, { turn_id: turn.id });
  }
  const bot = getBot(work, session.bot_id);
  bot.queue_depth -= session.queued;
  work.unsureBots.add(bot.id);
  touchBot(work, bot, session.queued > 0);
  orphanChildren(work, session);
  noteNoneBelow(work, session.parent_id, session.asks_below);

  for (const row of work.connection.all(mailStatements.messageIdsOfSession, of)) {
    const cached = work.cache.messages.get(row.id);
    if (cached !== undefined) work.changedMessages.delete(cached);
    work.cache.messages.delete(row.id);
  }
  for (const row of [...work.cache.turns.values()]) {
    if (row.session_id !== id) continue;
    work.changedTurns.delete(row);
    work.cache.turns.delete(row.id);
  }
  forgetLines(work, session);
  work.connection.run(memoryStatements.deleteRecallsOfSession, of);
  work.connection.run(turnStatements.deleteSteps, of);
  work.connection.run(turnStatements.deleteTurns, of);
  work.connection.run(turnStatements.deleteAsks, of);
  forgetCalls(work, id);
  deleteSchedulesOf(work, id);
  dropFiles(work, id);
  work.connection.run(mailStatements.deleteMessages, of);
  work.connection.run(mailStatements.deleteEntries, of);
  work.connection.run(statements.deleteSession, { id });
  work.cache.sessions.delete(id);
  work.changedSessions.delete(session);
  work.events.push({ type: "session.deleted", sessionId: id });
}

/** Spawned sessions outlive their parent, each as the root of its own tree. */
function orphanChildren(work: Work, session: SessionRow): void {
  const tree = work.connection.all(statements.sessionsOfTree, { root_id: session.root_id });
  const newRootById = new Map<SessionId, SessionRow>();
  for (const found of tree) {
    if (found.parent_id === null) continue;
    const row = adopt(work.cache.sessions, found);
    const isChild = row.parent_id === session.id;
    const root = isChild ? row : newRootById.get(found.parent_id);
    if (root === undefined) continue;
    newRootById.set(row.id, root);
    if (isChild) {
      row.parent_id = null;
      row.child_open = 0;
    }
    row.root_id = root.id;
    row.depth -= session.depth + 1;
    work.connection.run(statements.updateSessionFields, row);
    work.changedSessions.add(row);
  }
}
