/**
 * Tracks one unit at work: the rows it has read and changed, and the events it will cause. Counts of sessions and bots
 * are only in these rows and are written once, in `finishWork`, together with the events that show them: they cannot
 * drift. Rows stay cached between units, since this is the only writer; a unit that fails empties the cache.
 */

import type { KnownMemory } from "@reef/engine/port/store";
import type { Presence } from "@reef/engine/port/workers";
import type { OutOfBudget } from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { BotId, MemoryId, MessageId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import { type IsoTime, isoToMs } from "@reef/protocol/time";
import { botRowToNoun } from "../rows/bot.ts";
import { messageRowToNoun } from "../rows/message.ts";
import { sessionRowToNoun } from "../rows/session.ts";
import { turnRowToNoun } from "../rows/turn.ts";
import type { Statement } from "../sql.ts";
import type { BotRow, MessageRow, SessionRow, TurnRow } from "../tables.ts";
import * as mailStatements from "./mail-statements.ts";
import { MessageRows } from "./message-rows.ts";
import * as statements from "./statements.ts";
import { given, numbers, one, run, runEach, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";

type WithoutHead<E> = E extends Event ? Omit<E, "seq" | "at"> : never;
export type EventBody = WithoutHead<Event>;

/** Caches rows by id, consistent with the database as this connection sees it. */
export interface RowCache {
  readonly bots: Map<BotId, BotRow>;
  readonly sessions: Map<SessionId, SessionRow>;
  readonly turns: Map<TurnId, TurnRow>;
  readonly messages: MessageRows;
  /** Rank of each session's next message as last written; null while it cannot be claimed. */
  readonly claimableRanks: WeakMap<SessionRow, number | null>;
  /** Null until the first write that asks. */
  openWaits: number | null;
}

export interface Work {
  readonly cache: RowCache;
  readonly at: IsoTime;
  readonly atMs: number;
  /** The clock by which leases are measured. */
  readonly steadyMs: number;
  readonly events: EventBody[];
  readonly existing: Message[];
  readonly changedBots: Set<BotRow>;
  /** Bots whose change people must see. */
  readonly shownBots: Set<BotRow>;
  /** Bots whose `claim_line` must be computed again. */
  readonly unsureBots: Set<BotId>;
  /** Bots whose `out_of_budget` must be read again. */
  readonly budgetBots: Set<BotId>;
  readonly changedSessions: Set<SessionRow>;
  readonly changedTurns: Set<TurnRow>;
  readonly changedMessages: Set<MessageRow>;
  readonly known: KnownMemory[];
  readonly memoryByBot: Map<BotId, { readonly changed: Set<MemoryId>; readonly deleted: Set<MemoryId> }>;
  /** True if something may have become claimable. */
  wake: boolean;
  /** The answer to the beat of a worker. */
  presence?: Presence | undefined;
}

/** The effects of a unit, ready to be handed out once it is on disk. */
export interface WorkDone {
  readonly seq: number;
  /** JSON texts of the events, as they were stored. */
  readonly events: readonly string[];
  readonly existing: readonly Message[];
  readonly known: readonly KnownMemory[];
  readonly wake: boolean;
  readonly presence?: Presence | undefined;
}

/** How many rows are cached between units, and how much text of messages among them. */
const cachedRowsMax = 2_000;
const cachedTextMax = 2_000_000;

/** Lives until a failure for the only writer, and for one transaction for one of several. */
export function emptyCache(): RowCache {
  return {
    bots: new Map(),
    sessions: new Map(),
    turns: new Map(),
    messages: new MessageRows(),
    claimableRanks: new WeakMap(),
    openWaits: null,
  };
}

export function startWork(
  cache: RowCache,
  { at, steadyMs }: { readonly at: IsoTime; readonly steadyMs: number },
): Work {
  const size = cache.bots.size + cache.sessions.size + cache.turns.size + cache.messages.size;
  if (size > cachedRowsMax || cache.messages.textSize > cachedTextMax) forgetRows(cache);
  return {
    cache,
    at,
    atMs: isoToMs(at),
    steadyMs,
    events: [],
    existing: [],
    changedBots: new Set(),
    shownBots: new Set(),
    unsureBots: new Set(),
    budgetBots: new Set(),
    changedSessions: new Set(),
    changedTurns: new Set(),
    changedMessages: new Set(),
    known: [],
    memoryByBot: new Map(),
    wake: false,
  };
}

export function forgetRows(cache: RowCache): void {
  cache.bots.clear();
  cache.sessions.clear();
  cache.turns.clear();
  cache.messages.clear();
  cache.openWaits = null;
}

export function findBot({ cache }: Work, id: BotId): Write<BotRow | undefined> {
  const cached = cache.bots.get(id);
  return cached === undefined ? load(cache.bots, statements.botById, id) : given(cached);
}

export function findSession({ cache }: Work, id: SessionId): Write<SessionRow | undefined> {
  const cached = cache.sessions.get(id);
  return cached === undefined ? load(cache.sessions, statements.sessionById, id) : given(cached);
}

export function findTurn({ cache }: Work, id: TurnId): Write<TurnRow | undefined> {
  const cached = cache.turns.get(id);
  return cached === undefined ? load(cache.turns, turnStatements.turnById, id) : given(cached);
}

export function findMessage({ cache }: Work, id: MessageId): Write<MessageRow | undefined> {
  const cached = cache.messages.get(id);
  return cached === undefined ? load(cache.messages, mailStatements.messageById, id) : given(cached);
}

export function getBot({ cache }: Work, id: BotId): Write<BotRow> {
  const cached = cache.bots.get(id);
  return cached === undefined ? required(load(cache.bots, statements.botById, id), "bot", id) : given(cached);
}

export function getSession({ cache }: Work, id: SessionId): Write<SessionRow> {
  const cached = cache.sessions.get(id);
  return cached === undefined
    ? required(load(cache.sessions, statements.sessionById, id), "session", id)
    : given(cached);
}

export function getTurn({ cache }: Work, id: TurnId): Write<TurnRow> {
  const cached = cache.turns.get(id);
  return cached === undefined ? required(load(cache.turns, turnStatements.turnById, id), "turn", id) : given(cached);
}

export function getMessage({ cache }: Work, id: MessageId): Write<MessageRow> {
  const cached = cache.messages.get(id);
  return cached === undefined
    ? required(load(cache.messages, mailStatements.messageById, id), "message", id)
    : given(cached);
}

/** Returns how many waits are open; loaded once, then counted along. */
export function* openWaits({ cache }: Work): Write<number> {
  cache.openWaits ??= (yield* one(statements.countWaits, {}))?.count ?? 0;
  return cache.openWaits;
}

export function* countWaits(work: Work, more: number): Write<void> {
  work.cache.openWaits = (yield* openWaits(work)) + more;
}

/** Returns a row that a query found: the cached one if there is one, since it is newer. */
export function adopt<Id, Row extends { readonly id: Id }>(rows: Map<Id, Row>, row: Row): Row {
  const cached = rows.get(row.id);
  if (cached !== undefined) return cached;
  rows.set(row.id, row);
  return row;
}

export function missing(noun: string, id: string): never {
  throw new AppError("not_found", `there is no ${noun} ${id}`);
}

export function saveMessage(work: Work, row: MessageRow): Write<void> {
  work.changedMessages.add(row);
  return run(mailStatements.updateMessage, row);
}

/** Marks the bot as changed; `shown` if people must see it. */
export function touchBot(work: Work, row: BotRow, shown = false): void {
  work.changedBots.add(row);
  if (shown) work.shownBots.add(row);
}

export function* sessionNoun(work: Work, row: SessionRow): Write<Session> {
  const turn = row.turn_id === null ? undefined : yield* findTurn(work, row.turn_id);
  const bot = yield* findBot(work, row.bot_id);
  const waitsFor = row.waits_for_id === null ? undefined : yield* findSession(work, row.waits_for_id);
  const around = {
    turn_state: turn?.state ?? null,
    turn_lease_until_ms: turn?.lease_until_ms ?? null,
    turn_started_at: turn?.started_at ?? null,
    turn_provider_wait: turn?.provider_wait ?? null,
    bot_paused_at: bot?.paused_at ?? null,
    bot_held: bot?.held ?? null,
    waits_for_title: waitsFor?.title ?? null,
  };
  return sessionRowToNoun(row, around, work.steadyMs);
}

/** Writes the changes and their events. Call last: nothing may be changed afterwards. */
export function* finishWork(work: Work): Write<WorkDone> {
  yield* flushRows(work);
  const bodies: EventBody[] = [...work.events, ...memoryEvents(work)];
  for (const row of work.changedMessages) bodies.push({ type: "message.changed", message: messageRowToNoun(row) });
  for (const row of work.changedTurns) bodies.push({ type: "turn.changed", turn: turnRowToNoun(row) });
  for (const row of work.changedSessions) {
    bodies.push({ type: "session.changed", session: yield* sessionNoun(work, row) });
  }
  for (const row of work.shownBots) bodies.push({ type: "bot.changed", bot: botRowToNoun(row, work.atMs) });
  const firstSeq = yield* numbers("event", bodies.length);
  const rows = bodies.map((body, index) => {
    const seq = firstSeq + index;
    return { seq, body: JSON.stringify({ seq, at: work.at, ...body }) };
  });
  if (rows.length > 0) yield* runEach(statements.insertEvent, rows);
  const events = rows.map(({ body }) => body);
  const { existing, known, wake, presence } = work;
  return { seq: firstSeq + rows.length - 1, events, existing, known, wake, presence };
}

/** Events name the first memories only: a thousand in one unit are one short event. */
const namedMemories = 100;

export function noteMemory(
  work: Work,
  botId: BotId,
  what: { readonly changed?: MemoryId; readonly deleted?: MemoryId },
): void {
  const noted = work.memoryByBot.get(botId) ?? { changed: new Set(), deleted: new Set() };
  work.memoryByBot.set(botId, noted);
  if (what.changed !== undefined) noted.changed.add(what.changed);
  if (what.deleted === undefined) return;
  noted.changed.delete(what.deleted);
  noted.deleted.add(what.deleted);
}

function memoryEvents({ memoryByBot }: Work): EventBody[] {
  return [...memoryByBot].flatMap(([botId, { changed, deleted }]) => [
    ...(changed.size === 0 ? [] : [{ type: "memory.changed" as const, botId, ...nameMemories(changed) }]),
    ...(deleted.size === 0 ? [] : [{ type: "memory.deleted" as const, botId, ...nameMemories(deleted) }]),
  ]);
}

function nameMemories(ids: ReadonlySet<MemoryId>) {
  return { count: ids.size, memoryIds: [...ids].slice(0, namedMemories) };
}

/** Writes the rows changed so far, so that queries see them. */
export function* flushRows(work: Work): Write<void> {
  if (work.changedTurns.size > 0) yield* runEach(turnStatements.updateTurn, work.changedTurns);
  for (const row of work.changedSessions) row.updated_at = work.at;
  if (work.changedSessions.size > 0) yield* writeSessions(work, work.changedSessions);
  for (const id of work.budgetBots) yield* showOutOfBudget(work, id);
  work.budgetBots.clear();
  // After the sessions: a bot's smallest rank is read from their index.
  for (const row of work.changedBots) {
    if (!work.unsureBots.delete(row.id)) continue;
    row.claim_line = (yield* one(statements.headLineOfBot, { bot_id: row.id }))?.head_line ?? null;
  }
  if (work.changedBots.size > 0) yield* runEach(statements.updateBot, work.changedBots);
}

/** A bot shows the budget that the oldest of its paused sessions waits for. */
function* showOutOfBudget(work: Work, id: BotId): Write<void> {
  const bot = yield* findBot(work, id);
  if (bot === undefined) return;
  const outOfBudget = (yield* one(statements.outOfBudgetOfBot, { bot_id: id }))?.out_of_budget ?? null;
  if (bot.out_of_budget === outOfBudget) return;
  bot.out_of_budget = outOfBudget;
  touchBot(work, bot, true);
}

/** Notes which budget a session's turn waits for; null if it waits for none. */
export function showBudget(work: Work, session: SessionRow, outOfBudget: OutOfBudget | null): void {
  const json = outOfBudget === null ? null : JSON.stringify(outOfBudget);
  if (session.out_of_budget === json) return;
  session.out_of_budget = json;
  work.changedSessions.add(session);
  work.budgetBots.add(session.bot_id);
}

/** Writes sessions, and follows what that means for the smallest rank of their bots. */
export function* writeSessions(work: Work, rows: Iterable<SessionRow>): Write<void> {
  yield* runEach(statements.updateSession, rows);
  for (const row of rows) {
    const rank = row.turn_id === null ? row.head_line : null;
    if (work.cache.claimableRanks.get(row) === rank) continue;
    work.cache.claimableRanks.set(row, rank);
    followClaimLine(work, row.bot_id, rank);
  }
}

/**
 * Updates a bot's smallest rank after one of its sessions got `rank`. Mostly the bot's row is enough: nothing is queued, or
 * the rank is no greater than the smallest known one, which stays a lower bound when its session leaves. Otherwise it has to
 * be read.
 */
function followClaimLine({ cache, unsureBots, changedBots }: Work, id: BotId, rank: number | null): void {
  const bot = cache.bots.get(id);
  const line = bot?.claim_line ?? Number.POSITIVE_INFINITY;
  const isKnown = bot?.queue_depth === 0 || (rank ?? Number.POSITIVE_INFINITY) <= line;
  if (bot === undefined || !isKnown) {
    unsureBots.add(id);
    return;
  }
  unsureBots.delete(id);
  if (bot.claim_line === rank) return;
  bot.claim_line = rank;
  changedBots.add(bot);
}

function* load<Id extends string, Row extends { readonly id: Id }>(
  rows: Map<Id, Row>,
  byId: Statement<{ id: Id }, Row>,
  id: Id,
): Write<Row | undefined> {
  const row = yield* one(byId, { id });
  if (row !== undefined) rows.set(id, row);
  return row;
}

function* required<Row>(found: Write<Row | undefined>, noun: string, id: string): Write<Row> {
  return (yield* found) ?? missing(noun, id);
}
