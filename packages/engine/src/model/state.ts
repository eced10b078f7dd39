/**
 * Holds the state of the in-memory store: plain nouns in maps, in order of creation. Records are replaced, never
 * changed, so a copy of the maps undoes a unit. Every count is taken from the records when it is read: slow, and for
 * that reason a fair judge of stores that keep counts.
 */
import type { ApprovalRule } from "@reef/protocol/approval";
import type { Ask } from "@reef/protocol/ask";
import type { AuditLine } from "@reef/protocol/audit";
import type { Bot } from "@reef/protocol/bot";
import type { OutOfBudget } from "@reef/protocol/budget";
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { StoredFile } from "@reef/protocol/file";
import type { GatewayRecord } from "@reef/protocol/gateway";
import type { Hold } from "@reef/protocol/hold";
import type {
  AskId,
  BotId,
  ChainId,
  FileId,
  GatewayId,
  McpServerId,
  MemoryId,
  MessageId,
  ScheduleId,
  SessionId,
  SkillId,
  TopicId,
  TurnId,
  UndoToken,
  WorkerId,
} from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import type { McpServerRecord } from "@reef/protocol/mcp";
import type { Recalled } from "@reef/protocol/memory";
import type { Message } from "@reef/protocol/message";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Schedule } from "@reef/protocol/schedule";
import type { Session } from "@reef/protocol/session";
import type { Skill } from "@reef/protocol/skill";
import type { IsoTime } from "@reef/protocol/time";
import type { Topic } from "@reef/protocol/topic";
import type { Step, Turn } from "@reef/protocol/turn";
import { causeOf } from "../mailbox/cause.ts";
import { isResultTaken, isTaskCancelled } from "../mailbox/task-over.ts";
import type { KeptCall, KeptUndo } from "../port/queries.ts";
import type { SkillContents } from "../port/skills.ts";
import type { KnownMemory } from "../port/store.ts";
import type { ChainUse } from "../port/unit.ts";
import type { Presence } from "../port/workers.ts";
import { type BotFacts, botHealth, botStatus } from "../registry/health.ts";
import { sessionStatus } from "../session/status.ts";
import { type BudgetMaps, copyBudgets, noBudgets } from "./budget-records.ts";
import { copyFleet, emptyFleet, type FleetState } from "./fleet-state.ts";
import { isBotHeld, isSessionHeld } from "./held.ts";
import { copyKnown, emptyKnown, type KnownState } from "./known-state.ts";
import { copyModels, emptyModels, type ProviderState } from "./provider-state.ts";

export interface SkillState {
  readonly skill: Skill;
  readonly contents: SkillContents;
}

export interface BotRecord extends Omit<Bot, "status" | "health" | "outOfBudget"> {
  readonly failuresInRow: number;
  readonly lastTurnAt: IsoTime | null;
  readonly lastTurnState: "done" | "failed" | "cancelled" | null;
  readonly lastError: string | null;
}

type SessionCounts =
  | "status"
  | "unread"
  | "queued"
  | "openAsks"
  | "waitsFor"
  | "outOfBudget"
  | "providerWait"
  | "turnId"
  | "turnStartedAt"
  | "lastSeq";
export interface SessionRecord extends Omit<Session, SessionCounts> {
  readonly lastTurnState: "done" | "failed" | "cancelled" | null;
  /** True if it was spawned and still counts against its parent's limits (SU2). */
  readonly isOpenChild: boolean;
}

export interface MessageRecord extends Omit<Message, "idempotencyKey" | "cause"> {
  /** Its number in the order of acceptance. */
  readonly position: number;
  readonly idempotencyKey: string | null;
}

export interface TurnRecord extends Turn {
  readonly worker: WorkerId | null;
  readonly leaseUntilMs: number | null;
  readonly sharedDeaths: number;
  /** Kept while it waits. */
  readonly outOfBudget?: OutOfBudget | undefined;
  /** When a waiting turn can be claimed; null while that is not known. */
  readonly dueAt: IsoTime | null;
}

export interface ModelState {
  readonly bots: Map<BotId, BotRecord>;
  readonly topics: Map<TopicId, Topic>;
  readonly sessions: Map<SessionId, SessionRecord>;
  readonly messages: Map<MessageId, MessageRecord>;
  readonly entries: Map<SessionId, readonly Entry[]>;
  readonly turns: Map<TurnId, TurnRecord>;
  readonly steps: Map<TurnId, readonly Step[]>;
  readonly asks: Map<AskId, Ask>;
  readonly chains: Map<ChainId, ChainRecord>;
  /** The chain in which a bot planned each schedule. */
  readonly scheduleChains: Map<ScheduleId, ChainId>;
  /** By session and call id. */
  readonly calls: Map<string, KeptCall>;
  readonly undos: Map<UndoToken, KeptUndo>;
  readonly known: KnownState;
  readonly recalled: Map<TurnId, readonly Recalled[]>;
  readonly gateways: Map<GatewayId, GatewayRecord>;
  readonly schedules: Map<ScheduleId, Schedule>;
  readonly files: Map<FileId, StoredFile>;
  readonly models: ProviderState;
  readonly mcpServers: Map<McpServerId, McpServerRecord>;
  readonly skills: Map<SkillId, SkillState>;
  readonly fleet: FleetState;
  /** By bot, tool and arguments. */
  readonly approvals: Map<string, ApprovalRule>;
  readonly money: BudgetMaps;
  readonly holds: Map<string, Hold>;
  audit: readonly AuditLine[];
  links: readonly Link[];
  events: readonly Event[];
  lastPosition: number;
}

type WithoutHead<E> = E extends Event ? Omit<E, "seq" | "at"> : never;

/** A unit at work on a copy of the state. */
export interface ModelWork {
  /** The time by which leases are measured. */
  readonly steadyMs: number;
  readonly state: ModelState;
  readonly at: IsoTime;
  readonly events: WithoutHead<Event>[];
  readonly existing: MessageRecord[];
  readonly known: KnownMemory[];
  readonly memories: Map<BotId, { readonly changed: Set<MemoryId>; readonly deleted: Set<MemoryId> }>;
  presence?: Presence;
}

export interface ChainRecord {
  readonly extraHops: number;
  readonly root: ChainId | null;
  readonly timesExtended: number;
  readonly isStopped: boolean;
  readonly planned: number;
}

const newChain: ChainRecord = { extraHops: 0, root: null, timesExtended: 0, isStopped: false, planned: 0 };

/** Returns what a chain has used of its bounds (BO1). */
export function usedOfChain(state: ModelState, id: ChainId): Readonly<Record<ChainUse, number>> {
  const isOpenQuestion = (ask: Ask) => ask.chainId === id && ask.state === "open" && ask.kind === "question";
  return {
    spawns: filterValues(state.messages, ({ chainId, purpose }) => chainId === id && purpose === "task").length,
    openQuestions: filterValues(state.asks, isOpenQuestion).length,
    planned: chainOf(state, id).planned,
  };
}

export function chainOf(state: ModelState, id: ChainId): ChainRecord {
  return state.chains.get(id) ?? newChain;
}

/** Settles the ask and drops its held answer. */
export function settleAsk(state: ModelState, id: AskId, fields: Pick<Ask, "state" | "settledAt"> & Partial<Ask>): void {
  const ask = state.asks.get(id);
  if (ask === undefined) return;
  const { held: _, ...rest } = ask;
  state.asks.set(id, { ...rest, ...fields });
}

export function changeChain(state: ModelState, id: ChainId, fields: Partial<ChainRecord>): void {
  state.chains.set(id, { ...chainOf(state, id), ...fields });
}

export function emptyState(): ModelState {
  return {
    bots: new Map(),
    topics: new Map(),
    sessions: new Map(),
    messages: new Map(),
    entries: new Map(),
    turns: new Map(),
    steps: new Map(),
    asks: new Map(),
    chains: new Map(),
    scheduleChains: new Map(),
    calls: new Map(),
    undos: new Map(),
    known: emptyKnown(),
    recalled: new Map(),
    gateways: new Map(),
    schedules: new Map(),
    files: new Map(),
    models: emptyModels(),
    mcpServers: new Map(),
    skills: new Map(),
    fleet: emptyFleet(),
    approvals: new Map(),
    money: noBudgets(),
    holds: new Map(),
    audit: [],
    links: [],
    events: [],
    lastPosition: 0,
  };
}

/** Copies the state so that it can be thrown away: the maps are copied, the records shared. */
export function copyState(state: ModelState): ModelState {
  return {
    bots: new Map(state.bots),
    topics: new Map(state.topics),
    sessions: new Map(state.sessions),
    messages: new Map(state.messages),
    entries: new Map(state.entries),
    turns: new Map(state.turns),
    steps: new Map(state.steps),
    asks: new Map(state.asks),
    chains: new Map(state.chains),
    scheduleChains: new Map(state.scheduleChains),
    calls: new Map(state.calls),
    undos: new Map(state.undos),
    known: copyKnown(state.known),
    recalled: new Map(state.recalled),
    gateways: new Map(state.gateways),
    schedules: new Map(state.schedules),
    files: new Map(state.files),
    models: copyModels(state.models),
    mcpServers: new Map(state.mcpServers),
    skills: new Map(state.skills),
    fleet: copyFleet(state.fleet),
    approvals: new Map(state.approvals),
    money: copyBudgets(state.money),
    holds: new Map(state.holds),
    audit: state.audit,
    links: state.links,
    events: state.events,
    lastPosition: state.lastPosition,
  };
}

export function get<Id extends string, Value>(map: ReadonlyMap<Id, Value>, id: Id): Value {
  const value = map.get(id);
  if (value === undefined) throw new AppError("not_found", `there is nothing with the id ${id}`);
  return value;
}

/** Cuts a sorted list into a page. */
export type Cut = <Item>(items: readonly Item[], page: PageRequest) => Page<Item>;

/** Replaces a record by a copy with these fields changed. */
export function change<Id extends string, Value extends object>(
  map: Map<Id, Value>,
  id: Id,
  fields: Partial<Value>,
): Value {
  const changed = { ...get(map, id), ...fields };
  map.set(id, changed);
  return changed;
}

export function filterValues<Value>(map: ReadonlyMap<string, Value>, keep: (value: Value) => boolean): Value[] {
  return [...map.values()].filter(keep);
}

export function openTurn(state: ModelState, sessionId: SessionId): TurnRecord | undefined {
  return filterValues(state.turns, (turn) => turn.sessionId === sessionId).find(
    ({ state: turnState }) => turnState === "running" || turnState === "waiting",
  );
}

/** Returns the waiting messages of a session's mailbox, in the order they are taken. */
export function queuedOf(state: ModelState, sessionId: SessionId): MessageRecord[] {
  return filterValues(state.messages, (message) => message.sessionId === sessionId && message.state === "queued").sort(
    (a, b) => a.rank - b.rank,
  );
}

/** Returns those that a turn may take at this time. */
export function dueOf(state: ModelState, sessionId: SessionId, at: IsoTime): MessageRecord[] {
  return queuedOf(state, sessionId).filter(({ held, notBefore }) => !held && (notBefore === null || notBefore <= at));
}

/** True if its parent settled the result of its task, or the task was cancelled (SU2). */
export function isTaskOver(state: ModelState, { parentId, taskMessageId }: SessionRecord): boolean {
  if (taskMessageId === null || isTaskCancelled(state.messages.get(taskMessageId))) return true;
  const replies = filterValues(state.messages, (of) => of.replyTo === taskMessageId && of.sessionId === parentId);
  return replies.some(isResultTaken);
}

/** Every read but the window's returns entries in this form (PR1). */
export function withoutOpaque({ opaque: _, ...entry }: Entry): Entry {
  return entry;
}

function isNews({ kind, notice, text }: Entry): boolean {
  if (kind === "bot" || kind === "session") return text !== "";
  return kind === "notice" && notice?.type === "failed";
}

function isBelow(state: ModelState, id: SessionId, above: SessionId): boolean {
  const parentId = state.sessions.get(id)?.parentId ?? null;
  return parentId !== null && (parentId === above || isBelow(state, parentId, above));
}

export function toSession(state: ModelState, record: SessionRecord, steadyMs: number): Session {
  const { lastTurnState, isOpenChild: _isOpenChild, ...rest } = record;
  const entries = state.entries.get(record.id) ?? [];
  const turn = openTurn(state, record.id);
  const counts = {
    unread: entries.filter((entry) => entry.seq > record.readSeq && isNews(entry)).length,
    queued: queuedOf(state, record.id).length,
    openAsks: filterValues(state.asks, (ask) => ask.sessionId === record.id && ask.state === "open").length,
  };
  const asksBelow = filterValues(state.asks, (ask) => ask.state === "open" && isBelow(state, ask.sessionId, record.id));
  const asking = asksBelow[0] && state.sessions.get(asksBelow[0].sessionId);
  const outOfBudget = turn?.state === "waiting" ? (turn.outOfBudget ?? null) : null;
  const status = sessionStatus(
    {
      ...counts,
      isOutOfBudget: outOfBudget !== null,
      asksBelow: asksBelow.length,
      turnState: turn?.state === "running" || turn?.state === "waiting" ? turn.state : null,
      leaseUntilMs: turn?.leaseUntilMs ?? null,
      lastTurnState,
      botPaused: state.bots.get(record.botId)?.pausedAt !== null,
      isHeld: isSessionHeld(state, record),
    },
    steadyMs,
  );
  return {
    ...rest,
    ...counts,
    status,
    waitsFor: asking ? { sessionId: asking.id, title: asking.title } : null,
    outOfBudget,
    providerWait: turn?.providerWait ?? null,
    turnId: turn?.id ?? null,
    turnStartedAt: turn?.startedAt ?? null,
    lastSeq: entries.length,
  };
}

export function toBot(state: ModelState, record: BotRecord, nowMs: number): Bot {
  const { failuresInRow, lastTurnAt, lastTurnState, lastError, ...rest } = record;
  const ownSessions = new Set(
    filterValues(state.sessions, (session) => session.botId === record.id).map(({ id }) => id),
  );
  const outOfBudget =
    filterValues(
      state.turns,
      (turn) => turn.botId === record.id && turn.state === "waiting" && !!turn.outOfBudget,
    ).sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))[0]?.outOfBudget ?? null;
  const facts: BotFacts = {
    paused: record.pausedAt !== null,
    held: isBotHeld(state, record.id),
    lastTurnAt,
    lastTurnState,
    failuresInRow,
    lastError,
    queueDepth: filterValues(
      state.messages,
      (message) => message.state === "queued" && ownSessions.has(message.sessionId),
    ).length,
    runningTurns: runningTurnsOf(state, record.id),
    openAsks: filterValues(state.asks, (ask) => ask.botId === record.id && ask.state === "open").length,
    outOfBudget,
  };
  return { ...rest, outOfBudget, status: botStatus(facts), health: botHealth(facts, nowMs) };
}

export function runningTurnsOf(state: ModelState, botId: BotId): number {
  return filterValues(state.turns, (turn) => turn.botId === botId && turn.state === "running").length;
}

export function toMessage({ position: _position, idempotencyKey, ...message }: MessageRecord): Message {
  return {
    ...message,
    ...(message.from.kind === "person" && idempotencyKey !== null && { idempotencyKey }),
    ...(message.state === "dead" && { cause: causeOf(message.reason) }),
  };
}

export function toTurn(record: TurnRecord): Turn {
  const {
    worker: _worker,
    leaseUntilMs: _lease,
    dueAt: _due,
    sharedDeaths: _deaths,
    outOfBudget: _out,
    ...turn
  } = record;
  return turn;
}

export function isLeaseOver(turn: TurnRecord, steadyMs: number): boolean {
  return turn.state === "running" && (turn.leaseUntilMs ?? 0) < steadyMs;
}

export function touch({ state, at }: ModelWork, id: SessionId, fields: Partial<SessionRecord>): void {
  change(state.sessions, id, { ...fields, updatedAt: at });
}

export function assertNew(isKnown: boolean, id: string): void {
  if (isKnown) throw new AppError("conflict", `there is ${id} already`);
}
