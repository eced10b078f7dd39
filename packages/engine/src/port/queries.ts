/** Reads for people and for tools: lists, pages and single nouns. No engine semantics. They see everything committed. */
import type { Ask, AskFilter } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { StoredFile } from "@reef/protocol/file";
import type { GatewayRecord, MirrorRef } from "@reef/protocol/gateway";
import type {
  AskId,
  BotId,
  ChainId,
  EntryId,
  FileId,
  MemoryId,
  MessageId,
  ScheduleId,
  SessionId,
  TopicId,
  TurnId,
  UndoToken,
} from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import type { Block, Memory, MemoryFilter } from "@reef/protocol/memory";
import type { DeadCause, Message, MessageFilter } from "@reef/protocol/message";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Schedule, ScheduleFilter } from "@reef/protocol/schedule";
import type { SearchPage } from "@reef/protocol/search";
import type { Session, SessionCounts, SessionFilter } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import type { Topic } from "@reef/protocol/topic";
import type { Step, Turn, TurnSums, TurnWithSteps } from "@reef/protocol/turn";
import type { ConsolidationQueries } from "./consolidation.ts";
import type { ModelQueries } from "./models.ts";
import type { OverviewQueries } from "./overview.ts";
import type { Op } from "./unit.ts";

export interface EntryRange {
  /** Entries with a smaller sequence number, the newest of them. */
  readonly before?: number;
  /** Entries with a larger sequence number, the oldest of them. */
  readonly after?: number;
  readonly limit: number;
  /** Without what was replaced (TU10). */
  readonly isCurrent?: boolean;
}

export interface TurnFilter {
  readonly sessionId?: SessionId;
  readonly botId?: BotId;
  /** Started before this time. */
  readonly before?: IsoTime;
  /** Not ended before this time. */
  readonly since?: IsoTime;
}

export interface ChainCounts {
  /** The chain that planned the schedule whose message began this one; itself when there is none. */
  readonly rootId: ChainId;
  /** How often a person let it go on past a bound. */
  readonly timesExtended: number;
  readonly isStopped: boolean;
  /** Of all turns that belong to it. */
  readonly modelCalls: number;
  /** Tasks given in it. */
  readonly spawns: number;
  /** Open questions asked in it. */
  readonly openQuestions: number;
  /** Schedules that were made in the root chain and in all that it began, also those that are gone. */
  readonly planned: number;
}

export interface KeptUndo {
  readonly ops: readonly Op[];
  readonly expiresAt: IsoTime;
}

export interface KeptCall {
  readonly text: string;
  readonly isError: boolean;
}

export interface OpenChild {
  readonly sessionId: SessionId;
  readonly task: Message;
}

export interface Totals {
  readonly bots: number;
  readonly sessions: number;
  readonly runningTurns: number;
  readonly waitingTurns: number;
  readonly queuedMessages: number;
  readonly deadMessages: number;
  readonly openAsks: number;
  readonly lastSeq: number;
}

/** Of a bot's memories in the order of their versions: what an index has to know (ME2). */
export interface MemoryChange {
  /** Rises with every change of any memory of the bot. */
  readonly version: number;
  readonly id: MemoryId;
  /** Null when it is put away or gone. */
  readonly memory: Memory | null;
}

export interface MemoryCounts {
  readonly active: number;
  readonly superseded: number;
  readonly archived: number;
  readonly unapproved: number;
  readonly byKind: Readonly<Record<Memory["kind"], number>>;
}

/** The vectors of a bot's memories. */
export interface EmbeddingState {
  /** The newest model they were made by. */
  readonly model: string;
  /** Every memory up to this version has its vector of this model, or can have none. */
  readonly through: number;
  /** Rises with every vector that is kept; 0 before the first. */
  readonly version: number;
}

/** Of a bot's vectors of one model, in the order they were made: what an index has to know. */
export interface VectorChange {
  readonly version: number;
  readonly id: MemoryId;
  readonly vector: Int8Array;
}

/** Where memories came from; every field that is given must fit. */
export interface SourceFilter {
  readonly sessionId?: SessionId;
  readonly turnId?: TurnId;
  readonly import?: string;
}

export interface MemoryQueries {
  memory(id: MemoryId): Promise<Memory | null>;
  /** Those of this bot, in the order of `ids`; what is not there is left out (ME1). */
  memoriesOf(botId: BotId, ids: readonly MemoryId[]): Promise<readonly Memory[]>;
  /** Newest first. */
  memories(botId: BotId, filter: MemoryFilter, page: PageRequest): Promise<Page<Memory>>;
  /** The active memory of the bot that says the same (ME3). */
  memoryByKey(botId: BotId, sameKey: string): Promise<Memory | null>;
  memoriesFrom(botId: BotId, source: SourceFilter): Promise<readonly Memory[]>;
  /** Active and pinned, newest first. */
  pinnedMemories(botId: BotId): Promise<readonly Memory[]>;
  /** The lines directly before and after it in its conversation, at most `reach` on each side, in order. */
  memoriesBeside(memory: Memory, reach: number): Promise<readonly Memory[]>;
  /** Whether the bot has any memory but the lines of this session, put away ones left out. */
  knowsBeyond(botId: BotId, sessionId: SessionId): Promise<boolean>;
  /** Of the newest change of any memory of the bot; 0 without one. */
  memoryVersion(botId: BotId): Promise<number>;
  /** Ascending, after `after`; at most `limit`. Each memory once, with its newest change. */
  memoryChanges(botId: BotId, after: number, limit: number): Promise<readonly MemoryChange[]>;
  memoryCounts(botId: BotId): Promise<MemoryCounts>;
  /** Active ones whose time is over. */
  expiredMemories(at: IsoTime, limit: number): Promise<readonly Memory[]>;
  /** Put away before this time. */
  memoriesArchivedBefore(at: IsoTime, limit: number): Promise<readonly Memory[]>;
  /** Active, not pinned, the least important and then the oldest first. */
  leastImportantMemories(botId: BotId, limit: number): Promise<readonly Memory[]>;
  /** Null before the first `memory.embed` of the bot. */
  embeddingState(botId: BotId): Promise<EmbeddingState | null>;
  /** Ascending, after `after`; at most `limit`. */
  vectorChanges(
    botId: BotId,
    from: { readonly model: string; readonly after: number; readonly limit: number },
  ): Promise<readonly VectorChange[]>;
  vectorCount(botId: BotId, model: string): Promise<number>;
  /** Of these memories of the bot, the ones that have a vector of this model. */
  embeddedOf(botId: BotId, model: string, ids: readonly MemoryId[]): Promise<readonly MemoryId[]>;
  /** Bots whose memories are not all embedded by this model; at most `limit`. */
  botsToEmbed(model: string, limit: number): Promise<readonly BotId[]>;
  /** Sessions of the bot with entries that are not captured yet, memory on. */
  sessionsToCapture(botId: BotId): Promise<readonly SessionId[]>;
  /** By label. */
  blocks(botId: BotId): Promise<readonly Block[]>;
  block(botId: BotId, label: string): Promise<Block | null>;
  /** Newest version first. */
  blockHistory(botId: BotId, label: string): Promise<readonly Block[]>;
  /** Who may read this bot's memory. */
  readersOf(botId: BotId): Promise<readonly BotId[]>;
  /** Whose memory this bot may read. */
  readableBy(botId: BotId): Promise<readonly BotId[]>;
}

export interface Queries extends MemoryQueries, ConsolidationQueries, OverviewQueries, ModelQueries {
  bot(id: BotId): Promise<Bot | null>;
  /** By name, then id. */
  bots(page: PageRequest): Promise<Page<Bot>>;
  /** Case does not matter. */
  botsByName(name: string): Promise<readonly Bot[]>;
  topic(id: TopicId): Promise<Topic | null>;
  /** By order, then name. */
  topics(page: PageRequest): Promise<Page<Topic>>;
  session(id: SessionId): Promise<Session | null>;
  /** Newest activity first. */
  sessions(filter: SessionFilter, page: PageRequest): Promise<Page<Session>>;
  /** Costs what the number of kinds is, not what the sessions are. */
  listCounts(): Promise<SessionCounts>;
  /** Not archived; case does not matter; newest activity first. */
  sessionsByTitle(title: string): Promise<readonly Session[]>;
  /** The newest session of a bot that is neither archived nor spawned. */
  mainSessionOfBot(botId: BotId): Promise<Session | null>;
  /** Spawned sessions whose result the parent has not acted on yet. */
  openChildren(parentId: SessionId): Promise<readonly OpenChild[]>;
  /** All sessions of a spawn tree, parents before children. */
  tree(rootId: SessionId): Promise<readonly Session[]>;
  message(id: MessageId): Promise<Message | null>;
  /** The one that was sent to the session under this key (MB2). */
  messageByKey(sessionId: SessionId, idempotencyKey: string): Promise<Message | null>;
  /** Newest first. */
  /** Dead letters that nobody has dealt with, by what their deaths have in common; the newest cause first, at most `limit`. */
  deadCauses(limit: number): Promise<readonly DeadCause[]>;
  messages(filter: MessageFilter, page: PageRequest): Promise<Page<Message>>;
  /** Messages that wait in a mailbox, in the order they were accepted. */
  queuedMessages(sessionId: SessionId): Promise<readonly Message[]>;
  /** Ascending by sequence number. Without `before` and `after`, the newest. Without what is opaque, as everywhere but in a window (PR1). */
  entries(sessionId: SessionId, range: EntryRange): Promise<readonly Entry[]>;
  entry(id: EntryId): Promise<Entry | null>;
  /**
   * What a model is to see: the newest compaction's entry, then all entries after its `throughSeq`, ascending, without that entry again. With
   * what is opaque, and without what was replaced and the notices of that (TU10).
   */
  window(sessionId: SessionId): Promise<readonly Entry[]>;
  /**
   * Entries of persons, bots, other sessions and tool results that hold every word of `q`, newest first; the last word
   * may be a beginning. Nothing for a question without a letter or digit.
   */
  search(q: string, page: PageRequest): Promise<SearchPage>;
  turn(id: TurnId): Promise<TurnWithSteps | null>;
  /** Newest first. */
  turns(filter: TurnFilter, page: PageRequest): Promise<Page<Turn>>;
  /** Of all turns of the session, however many there are. */
  turnSums(sessionId: SessionId): Promise<TurnSums>;
  /** The newest step of the session that is an answer of a model. */
  lastAnswer(sessionId: SessionId): Promise<Step | null>;
  ask(id: AskId): Promise<Ask | null>;
  /** The ask that a tool call made, if it made one. */
  askOfCall(turnId: TurnId, callId: string): Promise<Ask | null>;
  /** Of every kind and state, in the order they were made. */
  asksOfTurn(turnId: TurnId): Promise<readonly Ask[]>;
  /** Open ones first, oldest waiting first. */
  asks(filter: AskFilter, page: PageRequest): Promise<Page<Ask>>;
  /** Open asks whose answer is held, the one that takes effect first at the front, at most \`limit\`. */
  heldAsks(limit: number): Promise<readonly Ask[]>;
  schedule(id: ScheduleId): Promise<Schedule | null>;
  /** In the order they were made. */
  schedules(filter: ScheduleFilter, page: PageRequest): Promise<Page<Schedule>>;
  /** Active ones whose next time is `at` or earlier, longest due first; at most `limit`. */
  dueSchedules(at: IsoTime, limit: number): Promise<readonly Schedule[]>;
  /** The earliest next time of all. */
  nextScheduleAt(): Promise<IsoTime | null>;
  file(id: FileId): Promise<StoredFile | null>;
  /** Those that are there, in the order of `ids`. */
  files(ids: readonly FileId[]): Promise<readonly StoredFile[]>;
  /** Of these hashes, the ones that a file has. */
  knownHashes(hashes: readonly string[]): Promise<readonly string[]>;
  links(): Promise<readonly Link[]>;
  /** In the order they were made. */
  gateways(): Promise<readonly GatewayRecord[]>;
  /** The session that shows this one of a gateway. */
  sessionByMirror(mirror: MirrorRef): Promise<Session | null>;
  /** What a call from outside the loop gave, for as long as it is kept. */
  keptCall(sessionId: SessionId, callId: string): Promise<KeptCall | null>;
  /** What takes an act back; null when it was used or its time is long over. */
  undo(token: UndoToken): Promise<KeptUndo | null>;
  /** Hops a person has granted the chain on top of the limit. */
  chainExtraHops(chainId: ChainId): Promise<number>;
  /** What a chain caused so far (BO1); of one that is not known, nothing. */
  chain(chainId: ChainId): Promise<ChainCounts>;
  /** Ascending, after `after`; at most `limit`. */
  events(after: number, limit: number): Promise<readonly Event[]>;
  /** The oldest and the newest event that is kept; zeros when there is none. */
  eventBounds(): Promise<{ readonly first: number; readonly last: number }>;
  totals(): Promise<Totals>;
}
