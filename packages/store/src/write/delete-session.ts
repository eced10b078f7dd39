/** Deletes a session with everything that belongs to it. Turns elsewhere that wait for one of its messages go on. */
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { SessionRow } from "../tables.ts";
import { cancelAsk } from "./asks.ts";
import { noteNoneBelow } from "./asks-below.ts";
import { deleteBudgetsOf, releaseTurn } from "./budgets.ts";
import { forgetCalls } from "./calls.ts";
import { forgetLines } from "./capture.ts";
import { dropFiles } from "./files.ts";
import { passHolds } from "./hold-rows.ts";
import * as mailStatements from "./mail-statements.ts";
import * as memoryStatements from "./memory-statements.ts";
import { deleteSchedulesOf } from "./schedules.ts";
import * as statements from "./statements.ts";
import { all, run, type Write } from "./steps.ts";
import { releaseTasks } from "./tasks.ts";
import * as turnStatements from "./turn-statements.ts";
import { noteSettled } from "./waits.ts";
import { adopt, countWaits, findTurn, flushRows, getBot, getSession, touchBot, type Work } from "./work.ts";

export function* deleteSession(work: Work, id: SessionId): Write<void> {
  const session = yield* getSession(work, id);
  const turn = session.turn_id === null ? undefined : yield* findTurn(work, session.turn_id);
  if (turn?.state === "running") throw new AppError("conflict", `session ${id} has a running turn; cancel it first`);
  yield* flushRows(work);

  const ofSession = { session_id: id };
  for (const ask of yield* all(turnStatements.openAsksOfSession, ofSession)) yield* cancelAsk(work, ask);
  for (const ask of yield* all(turnStatements.openAsksAboutSession, ofSession)) yield* cancelAsk(work, ask);
  for (const message of yield* all(mailStatements.unsettledOfSession, ofSession)) yield* noteSettled(work, message.id);
  if (turn !== undefined) {
    const waits = yield* all(turnStatements.waitsOfTurn, { turn_id: turn.id });
    yield* countWaits(work, -waits.length);
    yield* run(turnStatements.deleteWaitsOfTurn, { turn_id: turn.id });
  }
  const bot = yield* getBot(work, session.bot_id);
  bot.queue_depth -= session.queued;
  work.unsureBots.add(bot.id);
  if (session.out_of_budget !== null) work.budgetBots.add(bot.id);
  touchBot(work, bot, session.queued > 0);
  yield* orphanChildren(work, session);
  yield* noteNoneBelow(work, session.parent_id, session.asks_below);

  for (const row of yield* all(mailStatements.messageIdsOfSession, ofSession)) {
    const cached = work.cache.messages.get(row.id);
    if (cached !== undefined) work.changedMessages.delete(cached);
    work.cache.messages.delete(row.id);
  }
  for (const row of [...work.cache.turns.values()]) {
    if (row.session_id !== id) continue;
    work.changedTurns.delete(row);
    work.cache.turns.delete(row.id);
  }
  yield* forgetLines(work, session);
  yield* run(memoryStatements.deleteRecallsOfSession, ofSession);
  yield* run(turnStatements.deleteSteps, ofSession);
  yield* run(turnStatements.deleteTurns, ofSession);
  yield* run(turnStatements.deleteAsks, ofSession);
  yield* forgetCalls(id);
  yield* deleteSchedulesOf(work, id);
  yield* deleteBudgetsOf(work, { kind: "session", id });
  yield* deleteBudgetsOf(work, { kind: "tree", id });
  if (turn !== undefined) yield* releaseTurn(turn);
  yield* dropFiles(id);
  yield* run(mailStatements.deleteMessages, ofSession);
  yield* run(mailStatements.deleteEntries, ofSession);
  yield* run(statements.deleteSession, { id });
  work.cache.sessions.delete(id);
  work.changedSessions.delete(session);
  yield* releaseTasks(work, "sessionId", id);
  work.events.push({ type: "session.deleted", sessionId: id });
}

/** Spawned sessions outlive their parent, each as the root of its own tree. */
function* orphanChildren(work: Work, session: SessionRow): Write<void> {
  const tree = yield* all(statements.sessionsOfTree, { root_id: session.root_id });
  const orphans = tree.filter((row) => row.parent_id === session.id);
  if (session.held === 1) yield* passHolds(work, session, orphans);
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
    yield* run(statements.updateSessionFields, row);
    work.changedSessions.add(row);
  }
}
