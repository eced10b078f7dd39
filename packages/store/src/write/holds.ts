/**
 * Holds what a person stopped, and lets it go on (TU6). A held bot is passed over by claims, like a paused one; a held
 * session has no next message, so that nothing finds it.
 */
import type { HoldOp } from "@reef/engine/port/holds";
import { type Hold, type HoldScope, scopeKey } from "@reef/protocol/hold";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { botColumns, sessionColumns } from "../columns.ts";
import { statement } from "../sql.ts";
import type { BotRow, SessionRow } from "../tables.ts";
import type { HoldRow } from "../trust-tables.ts";
import { endHold, keepHold, readHolds, rowToHold, tellHolds } from "./hold-rows.ts";
import { findHead } from "./messages.ts";
import * as statements from "./statements.ts";
import { all, type Write } from "./steps.ts";
import { adopt, findBot, findSession, flushRows, getBot, getSession, touchBot, type Work } from "./work.ts";

const allBots = statement<object, BotRow>((db) => db.selectFrom("bots").select(botColumns).orderBy("id"));
const heldSessions = statement<object, SessionRow>((db) =>
  db.selectFrom("sessions").select(sessionColumns).where("held", "=", 1).orderBy("id"),
);

export function* applyHoldOp(work: Work, op: HoldOp): Write<void> {
  yield* flushRows(work);
  if (op.op === "hold.put") yield* putHold(work, { ...op.hold, at: work.at });
  else if (!(yield* endHolds(work, op.scopes))) return;
  yield* tellHolds(work);
}

function* putHold(work: Work, hold: Hold): Write<void> {
  yield* keepHold(hold);
  const { scope } = hold;
  switch (scope.kind) {
    case "everything":
      for (const row of yield* all(allBots, {})) yield* setBot(work, adopt(work.cache.bots, row), true);
      return;
    case "bot":
      return yield* setBot(work, yield* getBot(work, scope.id), true);
    case "tree": {
      const root = yield* getSession(work, hold.target as SessionId);
      for (const row of yield* all(statements.sessionsOfTree, { root_id: root.id }))
        yield* setSession(work, adopt(work.cache.sessions, row), true);
      return;
    }
    case "session":
    case "turn":
      return yield* setSession(work, yield* getSession(work, hold.target as SessionId), true);
  }
}

/** Returns false if none was held. What another hold still covers stays held. */
function* endHolds(work: Work, scopes: readonly HoldScope[] | undefined): Write<boolean> {
  const before = yield* readHolds();
  const keys = scopes?.map(scopeKey);
  const ended = before.filter(({ key }) => keys === undefined || keys.includes(key));
  if (ended.length === 0) return false;
  for (const { key } of ended) yield* endHold(key);
  const left = before.filter((row) => !ended.includes(row));
  const scopesEnded = ended.map((row) => rowToHold(row).scope.kind);
  if (scopesEnded.includes("everything"))
    for (const row of yield* all(allBots, {})) yield* freeBot(work, adopt(work.cache.bots, row), left);
  for (const { target } of ended) {
    const bot = target?.startsWith("bot_") ? yield* findBot(work, target as BotId) : undefined;
    if (bot !== undefined) yield* freeBot(work, bot, left);
  }
  if (scopesEnded.some((kind) => kind === "tree" || kind === "session" || kind === "turn"))
    for (const row of yield* all(heldSessions, {})) {
      const session = yield* findSession(work, row.id);
      if (session !== undefined && !coversSession(left, session)) yield* setSession(work, session, false);
    }
  work.wake = true;
  return true;
}

function* freeBot(work: Work, bot: BotRow, left: readonly HoldRow[]): Write<void> {
  const isHeld = left.some(({ key }) => key === "everything" || key === `bot:${bot.id}`);
  if (!isHeld) yield* setBot(work, bot, false);
}

function coversSession(left: readonly HoldRow[], session: SessionRow): boolean {
  return left.some(({ key, target }) => (key.startsWith("tree:") ? target === session.root_id : target === session.id));
}

function* setBot(work: Work, bot: BotRow, isHeld: boolean): Write<void> {
  if ((bot.held === 1) === isHeld) return;
  bot.held = isHeld ? 1 : 0;
  touchBot(work, bot, true);
  // Their status shows it, even if nothing waits.
  for (const session of yield* all(statements.sessionsOfBot, { bot_id: bot.id })) {
    const row = adopt(work.cache.sessions, session);
    if (row.archived_at === null) work.changedSessions.add(row);
  }
}

function* setSession(work: Work, session: SessionRow, isHeld: boolean): Write<void> {
  if ((session.held === 1) === isHeld) return;
  session.held = isHeld ? 1 : 0;
  yield* findHead(work, session);
}
