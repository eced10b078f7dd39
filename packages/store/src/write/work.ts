/**
 * One unit at work: the rows it has read and changed, and the events it will cause. Counts of sessions and bots live in
 * these rows only and are written once, in `finishWork`, together with the events that show them: they cannot drift.
 * Rows stay cached between units, for the writer is the only one who writes; a unit that fails empties the cache.
 */

import type { KnownMemory } from "@reef/engine/port/store";
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
import type { Connection } from "../sql.ts";
import type { BotRow, MessageRow, SessionRow, TurnRow } from "../tables.ts";
import * as mailStatements from "./mail-statements.ts";
import { MessageRows } from "./message-rows.ts";
import * as statements from "./statements.ts";
import * as turnStatements from "./turn-statements.ts";

type WithoutHead<E> = E extends Event ? Omit<E, "seq" | "at"> : never;
export type EventBody = WithoutHead<Event>;

/** Rows by id, coherent with the database as this connection sees it. */
export interface RowCache {
  readonly bots: Map<BotId, BotRow>;
  readonly sessions: Map<SessionId, SessionRow>;
  readonly turns: Map<TurnId, TurnRow>;
  readonly messages: MessageRows;
  /** Line of each session's next message as it was last written; null while it cannot be claimed. */
  readonly claimableLines: WeakMap<SessionRow, number | null>;
  lastSeq: number;
  lastLine: number;
  openWaits: number;
}

export interface Work {
  readonly connection: Connection;
  readonly cache: RowCache;
  readonly at: IsoTime;
  readonly atMs: number;
  /** By which leases are measured. */
  readonly steadyMs: number;
  readonly events: EventBody[];
  readonly existing: Message[];
  readonly changedBots: Set<BotRow>;
  /** Bots whose change people are to see. */
  readonly shownBots: Set<BotRow>;
  /** Bots whose `claim_line` has to be found again. */
  readonly unsureBots: Set<BotId>;
  readonly changedSessions: Set<SessionRow>;
  readonly changedTurns: Set<TurnRow>;
  readonly changedMessages: Set<MessageRow>;
  readonly known: KnownMemory[];
  readonly memoryByBot: Map<BotId, { readonly changed: Set<MemoryId>; readonly deleted: Set<MemoryId> }>;
  /** Something may have become claimable. */
  wake: boolean;
}

/** What a unit did, ready to be handed out once it is on disk. */
export interface WorkDone {
  readonly seq: number;
  /** JSON texts of the events, as they were stored. */
  readonly events: readonly string[];
  readonly existing: readonly Message[];
  readonly known: readonly KnownMemory[];
  readonly wake: boolean;
}

/** Rows that are kept between units, and the text of messages among them. */
const cachedRowsMax = 2_000;
const cachedTextMax = 2_000_000;

export function loadCache(connection: Connection): RowCache {
  return {
    bots: new Map(),
    sessions: new Map(),
    turns: new Map(),
    messages: new MessageRows(),
    claimableLines: new WeakMap(),
    ...loadCounters(connection),
  };
}

/** Numbers the writer keeps in memory, as the database has them. */
export function loadCounters(connection: Connection): Pick<RowCache, "lastSeq" | "lastLine" | "openWaits"> {
  return {
    lastSeq: connection.get(statements.lastSeq, {})?.seq ?? 0,
    lastLine: connection.get(statements.lastLine, {})?.line ?? 0,
    openWaits: connection.get(statements.countWaits, {})?.count ?? 0,
  };
}

export function startWork(
  connection: Connection,
  cache: RowCache,
  { at, steadyMs }: { readonly at: IsoTime; readonly steadyMs: number },
): Work {
  const size = cache.bots.size + cache.sessions.size + cache.turns.size + cache.messages.size;
  if (size > cachedRowsMax || cache.messages.textSize > cachedTextMax) forgetRows(cache);
  return {
    connection,
    cache,
    at,
    atMs: isoToMs(at),
    steadyMs,
    events: [],
    existing: [],
    changedBots: new Set(),
    shownBots: new Set(),
    unsureBots: new Set(),
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
}

export function findBot({ connection, cache }: Work, id: BotId): BotRow | undefined {
  return findCached(cache.bots, id, () => connection.get(statements.botById, { id }));
}

export function findSession({ connection, cache }: Work, id: SessionId): SessionRow | undefined {
  return findCached(cache.sessions, id, () => connection.get(statements.sessionById, { id }));
}

export function findTurn({ connection, cache }: Work, id: TurnId): TurnRow | undefined {
  return findCached(cache.turns, id, () => connection.get(turnStatements.turnById, { id }));
}

export function findMessage({ connection, cache }: Work, id: MessageId): MessageRow | undefined {
  return findCached(cache.messages, id, () => connection.get(mailStatements.messageById, { id }));
}

export function getBot(work: Work, id: BotId): BotRow {
  return findBot(work, id) ?? missing("bot", id);
}

export function getSession(work: Work, id: SessionId): SessionRow {
  return findSession(work, id) ?? missing("session", id);
}

export function getTurn(work: Work, id: TurnId): TurnRow {
  return findTurn(work, id) ?? missing("turn", id);
}

export function getMessage(work: Work, id: MessageId): MessageRow {
  return findMessage(work, id) ?? missing("message", id);
}

/** A row that a query found: the cached one where there is one, for that one is newer. */
export function adopt<Id, Row extends { readonly id: Id }>(rows: Map<Id, Row>, row: Row): Row {
  const cached = rows.get(row.id);
  if (cached !== undefined) return cached;
  rows.set(row.id, row);
  return row;
}

export function missing(noun: string, id: string): never {
  throw new AppError("not_found", `there is no ${noun} ${id}`);
}

export function saveMessage(work: Work, row: MessageRow): void {
  work.connection.run(mailStatements.updateMessage, row);
  work.changedMessages.add(row);
}

/** Marks the bot as changed; `shown` when people are to see it. */
export function touchBot(work: Work, row: BotRow, shown = false): void {
  work.changedBots.add(row);
  if (shown) work.shownBots.add(row);
}

export function sessionNoun(work: Work, row: SessionRow): Session {
  const turn = row.turn_id === null ? undefined : findTurn(work, row.turn_id);
  const around = {
    turn_state: turn?.state ?? null,
    turn_lease_until_ms: turn?.lease_until_ms ?? null,
    turn_started_at: turn?.started_at ?? null,
    bot_paused_at: findBot(work, row.bot_id)?.paused_at ?? null,
    waits_for_title: row.waits_for_id === null ? null : (findSession(work, row.waits_for_id)?.title ?? null),
  };
  return sessionRowToNoun(row, around, work.steadyMs);
}

/** Writes what changed and its events. Nothing may change after it. */
export function finishWork(work: Work): WorkDone {
  flushRows(work);
  const bodies: EventBody[] = [...work.events, ...memoryEvents(work)];
  for (const row of work.changedMessages) bodies.push({ type: "message.changed", message: messageRowToNoun(row) });
  for (const row of work.changedTurns) bodies.push({ type: "turn.changed", turn: turnRowToNoun(row) });
  for (const row of work.changedSessions) bodies.push({ type: "session.changed", session: sessionNoun(work, row) });
  for (const row of work.shownBots) bodies.push({ type: "bot.changed", bot: botRowToNoun(row, work.atMs) });
  const events = bodies.map((body) => {
    const seq = ++work.cache.lastSeq;
    const text = JSON.stringify({ seq, at: work.at, ...body });
    work.connection.run(statements.insertEvent, { seq, body: text });
    return text;
  });
  return { seq: work.cache.lastSeq, events, existing: work.existing, known: work.known, wake: work.wake };
}

/** Events name the first memories only: a thousand at once are one short event. */
const namedMemories = 100;

export function noteMemory(
  work: Work,
  botId: BotId,
  what: { readonly changed?: MemoryId; readonly deleted?: MemoryId },
): void {
  const of = work.memoryByBot.get(botId) ?? { changed: new Set(), deleted: new Set() };
  work.memoryByBot.set(botId, of);
  if (what.changed !== undefined) of.changed.add(what.changed);
  if (what.deleted === undefined) return;
  of.changed.delete(what.deleted);
  of.deleted.add(what.deleted);
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

/** Writes the rows that changed so far, so that queries see them. */
export function flushRows(work: Work): void {
  for (const row of work.changedTurns) work.connection.run(turnStatements.updateTurn, row);
  for (const row of work.changedSessions) {
    row.updated_at = work.at;
    writeSession(work, row);
  }
  // After the sessions: the smallest line of a bot's sessions is read from their index.
  for (const row of work.changedBots) {
    if (work.unsureBots.delete(row.id)) {
      row.claim_line = work.connection.get(statements.headLineOfBot, { bot_id: row.id })?.head_line ?? null;
    }
    work.connection.run(statements.updateBot, row);
  }
}

/** Writes a session; its bot's smallest line has to be found again when its own has changed. */
export function writeSession(work: Work, row: SessionRow): void {
  work.connection.run(statements.updateSession, row);
  const line = row.turn_id === null ? row.head_line : null;
  if (work.cache.claimableLines.get(row) === line) return;
  work.cache.claimableLines.set(row, line);
  work.unsureBots.add(row.bot_id);
}

function findCached<Id, Row>(rows: Map<Id, Row>, id: Id, load: () => Row | undefined): Row | undefined {
  const cached = rows.get(id);
  if (cached !== undefined) return cached;
  const row = load();
  if (row !== undefined) rows.set(id, row);
  return row;
}
