/**
 * Decides which turns a worker gets. First those whose worker died, then waiting ones that are ready, then new ones;
 * new ones in rounds, the bot with the fewest running turns first, so that a bot with a long queue cannot starve
 * others.
 */
import { makeId } from "@reef/engine/ids";
import { takenByTurn, takesNext } from "@reef/engine/mailbox/taken";
import { type Claim, leaseMs } from "@reef/engine/port/store";
import { admitSuspects, bySuspicion, chargeDeaths, type Died } from "@reef/engine/turn/deaths";
import { nextToRun } from "@reef/engine/turn/whose-turn";
import type { BotId, MessageId, WorkerId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { botRowToNoun } from "../rows/bot.ts";
import { messageRowToNoun } from "../rows/message.ts";
import { turnRowToNoun } from "../rows/turn.ts";
import type { BotRow, MessageRow, SessionRow, TurnRow } from "../tables.ts";
import { lineElsewhere } from "./fleet-statements.ts";
import { findDue, findHead, findHeadMessage, findUrgent } from "./messages.ts";
import * as statements from "./statements.ts";
import { all, one, run, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";
import { takeMessages } from "./turns.ts";
import {
  adopt,
  findMessage,
  flushRows,
  getBot,
  getSession,
  sessionNoun,
  showBudget,
  touchBot,
  type Work,
  writeSessions,
} from "./work.ts";

export interface Taken {
  readonly turn: TurnRow;
  readonly reason: Claim["reason"];
}

/** Takes up to `max` turns. */
export function* claimTurns(work: Work, worker: WorkerId, max: number): Write<readonly Taken[]> {
  yield* wakeSessions(work);
  const taken: Taken[] = [];
  const left = () => Math.max(0, max - taken.length);
  const isSomeDead = (yield* one(turnStatements.someTurnDead, { now_ms: work.steadyMs })) !== undefined;
  const isSomeReady = (yield* one(turnStatements.someTurnReady, { at: work.at })) !== undefined;
  if (left() > 0 && (isSomeDead || isSomeReady)) {
    const at = { now_ms: work.steadyMs, worker };
    const rows = isSomeDead ? yield* all(turnStatements.deadTurns, at) : [];
    const dead = rows.map((row) => adopt(work.cache.turns, row));
    yield* noteDeaths(work, dead);
    const gate = admitSuspects((yield* one(turnStatements.suspectThatRuns, at)) !== undefined);
    const mayRun = (turn: TurnRow) =>
      gate.admits({ sharedDeaths: turn.shared_deaths, isCancelled: turn.cancel_requested !== null });
    for (const turn of dead.toSorted((a, b) => bySuspicion(rowToDied(a), rowToDied(b)))) {
      if (left() === 0) break;
      const bot = yield* getBot(work, turn.bot_id);
      if (
        bot.paused_at !== null ||
        (yield* isHeld(work, turn, bot)) ||
        !mayRun(turn) ||
        (yield* hasLineElsewhere(work, bot, worker))
      )
        continue;
      taken.push({ turn: yield* takeTurn(work, turn, { worker, died: true }), reason: "died" });
    }
    const ready = { at: work.at, limit: left(), suspects: gate.isFree() ? 1 : 0, ...at } as const;
    for (const row of isSomeReady && left() > 0 ? yield* all(turnStatements.readyTurns, ready) : []) {
      const turn = adopt(work.cache.turns, row);
      if (mayRun(turn)) taken.push({ turn: yield* takeTurn(work, turn, { worker, died: false }), reason: "ready" });
    }
  }
  if (left() > 0) {
    yield* flushRows(work);
    for (const session of yield* pickSessions(work, left(), worker)) {
      const turn = yield* startTurn(work, session, worker);
      if (turn !== null) taken.push({ turn, reason: "new" });
    }
  }
  return taken;
}

/** Call once the work is finished: returns the nouns as they are then. */
export function* toClaims(work: Work, taken: readonly Taken[], worker: WorkerId): Write<Claim[]> {
  const claims: Claim[] = [];
  for (const each of taken) claims.push(yield* toClaim(work, each, worker));
  return claims;
}

/** Lets messages whose time has come join their session's queue. */
function* wakeSessions(work: Work): Write<void> {
  const found = yield* all(statements.sessionsToWake, { at: work.at });
  if (found.length === 0) return;
  const sessions = found.map((row) => adopt(work.cache.sessions, row));
  for (const session of sessions) {
    yield* findHead(work, session);
    work.changedSessions.delete(session);
  }
  yield* writeSessions(work, sessions);
  yield* flushRows(work);
}

/** A turn at a gateway runs where its line is held (FL5): elsewhere it could only fail. */
function* hasLineElsewhere(work: Work, { gateway_id }: BotRow, worker: WorkerId): Write<boolean> {
  if (gateway_id === null) return false;
  return (yield* one(lineElsewhere, { gateway_id, worker, now_ms: work.steadyMs })) !== undefined;
}

/** A turn that was asked to stop still has to end. */
function* isHeld(work: Work, turn: TurnRow, bot: BotRow): Write<boolean> {
  if (turn.cancel_requested !== null) return false;
  return bot.held === 1 || (yield* getSession(work, turn.session_id)).held === 1;
}

/** Counts each death once: a turn without a worker is charged already. */
function* noteDeaths(work: Work, dead: readonly TurnRow[]): Write<void> {
  const fresh = dead.filter(({ worker }) => worker !== null).map((row) => ({ row, ...rowToDied(row) }));
  const waiting = dead.filter(({ worker }) => worker === null).map(rowToDied);
  for (const { turn, counts, isShared } of chargeDeaths(fresh, waiting)) {
    const { row } = turn;
    row.attempts = counts.attempts;
    row.shared_deaths = counts.sharedDeaths;
    row.worker = null;
    row.lease_until_ms = 0;
    yield* run(turnStatements.noteDeath, {
      id: row.id,
      attempts: row.attempts,
      shared_deaths: row.shared_deaths,
    });
    if (!isShared) work.changedTurns.add(row);
  }
}

function rowToDied({ worker, attempts, shared_deaths: sharedDeaths }: TurnRow): Died {
  return { worker, attempts, sharedDeaths };
}

/** The turn goes on under a new fence: its previous holder can write nothing (TU5). */
function* takeTurn(work: Work, turn: TurnRow, { worker, died }: { worker: WorkerId; died: boolean }): Write<TurnRow> {
  const bot = yield* getBot(work, turn.bot_id);
  if (!died) bot.running_turns += 1;
  turn.state = "running";
  turn.fence += 1;
  turn.worker = worker;
  turn.lease_until_ms = work.steadyMs + leaseMs;
  turn.ready_at = null;
  turn.due_at = null;
  bot.last_active_at = work.at;
  touchBot(work, bot, true);
  work.changedTurns.add(turn);
  const session = yield* getSession(work, turn.session_id);
  showBudget(work, session, null);
  work.changedSessions.add(session);
  return turn;
}

interface Candidate {
  readonly botId: BotId;
  readonly sessions: Pick<SessionRow, "id" | "head_line">[];
  running: number;
  /** The rank of its next session; null if it has no more. */
  rank: number | null;
}

/** How many sessions of a bot are read in one go: most bots get a lane or two. */
const sessionsAhead = 4;
/** How many messages behind a result are read in one go. */
const resultsAhead = 8;

/**
 * Picks up to `max` idle sessions with work: each time the next of the bot with the fewest running turns, the oldest
 * first among equals.
 */
function* pickSessions(work: Work, max: number, worker: WorkerId): Write<SessionRow[]> {
  const bots = yield* all(turnStatements.botsWithWork, { limit: max, worker, now_ms: work.steadyMs });
  const candidates = bots.map(({ id, running_turns, claim_line }): Candidate => {
    return { botId: id, sessions: [], running: running_turns, rank: claim_line };
  });
  const picked: SessionRow[] = [];
  while (picked.length < max) {
    const next = nextToRun(candidates);
    if (next === null) break;
    picked.push(yield* takeSession(work, next));
  }
  return picked;
}

function* takeSession(work: Work, candidate: Candidate): Write<SessionRow> {
  if (candidate.sessions.length < 2) {
    const from = candidate.rank ?? 0;
    const ahead = { bot_id: candidate.botId, from, limit: sessionsAhead };
    candidate.sessions.splice(0, 2, ...(yield* all(turnStatements.claimableOfBot, ahead)));
  }
  const session = candidate.sessions.shift();
  if (session === undefined)
    throw new Error(`bot ${candidate.botId} has no session at its claim line ${candidate.rank}`);
  candidate.running += 1;
  candidate.rank = candidate.sessions[0]?.head_line ?? null;
  return yield* getSession(work, session.id);
}

function* startTurn(work: Work, session: SessionRow, worker: WorkerId): Write<TurnRow | null> {
  const messages = yield* messagesForTurn(work, session);
  const [first] = messages;
  if (first === undefined) return null;
  const bot = yield* getBot(work, session.bot_id);
  const turn: TurnRow = {
    id: makeId("turn"),
    session_id: session.id,
    bot_id: bot.id,
    state: "running",
    fence: 1,
    attempts: 0,
    chain_id: first.chain_id,
    hops: first.hops,
    message_ids: "[]",
    steps: 0,
    model_calls: 0,
    input_tokens: 0,
    output_tokens: 0,
    cost_nanos: 0,
    unpriced_calls: 0,
    waits: "[]",
    remote: null,
    ready_at: null,
    due_at: null,
    cancel_requested: null,
    crash_receipt: null,
    error: null,
    started_at: work.at,
    ended_at: null,
    worker,
    lease_until_ms: work.steadyMs + leaseMs,
    shared_deaths: 0,
    provider_wait: null,
  };
  yield* run(turnStatements.insertTurn, turn);
  work.cache.turns.set(turn.id, turn);
  session.turn_id = turn.id;
  session.last_error = null;
  bot.running_turns += 1;
  bot.last_active_at = work.at;
  touchBot(work, bot, true);
  yield* takeMessages(work, turn, messages);
  return turn;
}

/** Reads only the part of the queue that the decision needs: it may be long, and its first message is mostly enough. */
function* messagesForTurn(work: Work, session: SessionRow): Write<readonly MessageRow[]> {
  const waiting = session.queued === 1 ? [] : yield* findUrgent(work, session);
  if (waiting.length === 0) waiting.push(...(yield* findHeadMessage(work, session)));
  for (;;) {
    const taken = takenByTurn(waiting);
    const last = waiting.at(-1);
    if (last === undefined || taken.length < waiting.length || !takesNext(taken)) return taken;
    const behind = { from: last.rank + 1, through: Number.MAX_SAFE_INTEGER, limit: resultsAhead };
    const next = yield* findDue(work, session, behind);
    if (next.length === 0) return taken;
    waiting.push(...next);
  }
}

function* toClaim(work: Work, { turn, reason }: Taken, worker: WorkerId): Write<Claim> {
  const messages: Message[] = [];
  for (const id of JSON.parse(turn.message_ids) as readonly MessageId[]) {
    const message = yield* findMessage(work, id);
    if (message !== undefined) messages.push(messageRowToNoun(message));
  }
  return {
    worker,
    turn: turnRowToNoun(turn),
    session: yield* sessionNoun(work, yield* getSession(work, turn.session_id)),
    bot: botRowToNoun(yield* getBot(work, turn.bot_id), work.atMs),
    messages,
    reason,
    sharedDeaths: turn.shared_deaths,
  };
}
