/**
 * Defines reads for people and for tools: lists, pages and single nouns, without engine semantics. Every read sees
 * everything committed.
 */
import type { Ask, AskFilter, AskKind } from "@reef/protocol/ask";
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
  GatewayId,
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
import type { Worker } from "@reef/protocol/worker";
import type { ApprovalQueries } from "./approvals.ts";
import type { AuditQueries } from "./audit.ts";
import type { BudgetQueries } from "./budget.ts";
import type { ConsolidationQueries } from "./consolidation.ts";
import type { HoldQueries } from "./holds.ts";
import type { McpQueries } from "./mcp.ts";
import type { ModelQueries } from "./models.ts";
import type { OverviewQueries } from "./overview.ts";
import type { SkillQueries } from "./skills.ts";
import type { Op } from "./unit.ts";
import type { Lease } from "./workers.ts";

export interface EntryRange {
  /** Entries with a smaller sequence number, of which the newest are returned. */
  readonly before?: number;
  /** Entries with a larger sequence number, of which the oldest are returned. */
  readonly after?: number;
  readonly limit: number;
  /** Leaves out replaced entries (TU10). */
  readonly isCurrent?: boolean;
}

export interface TurnFilter {
  readonly sessionId?: SessionId;
  readonly botId?: BotId;
  /** Started before this time. */
  readonly before?: IsoTime;
  /** Still running at this time, or ended since. */
  readonly since?: IsoTime;
}

export interface ChainCounts {
  /** The chain that planned the schedule whose message began this one; the chain itself if there is none. */
  readonly rootId: ChainId;
  /** How often a person let it go on past a bound. */
  readonly timesExtended: number;
  readonly isStopped: boolean;
  /** Model calls of all turns in the chain. */
  readonly modelCalls: number;
  /** The known cost of all turns in the chain. */
  readonly costUsd: number;
  /** Tasks given in the chain. */
  readonly spawns: number;
  /** Open questions asked in the chain. */
  readonly openQuestions: number;
  /** Schedules created in the root chain and in all chains it began, including deleted ones. */
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

/** One change of a bot's memories, listed in the order of versions, for an index that follows them (ME2). */
export interface MemoryChange {
  /** Rises with every change of any memory of the bot. */
  readonly version: number;
  readonly id: MemoryId;
  /** Null if the memory is archived or deleted. */
  readonly memory: Memory | null;
}

export interface MemoryCounts {
  readonly active: number;
  readonly superseded: number;
  readonly archived: number;
  readonly unapproved: number;
  readonly byKind: Readonly<Record<Memory["kind"], number>>;
}

/** How far a bot's memories are embedded. */
export interface EmbeddingState {
  /** The model that made the newest vectors. */
  readonly model: string;
  /** Every memory up to this version has its vector of this model, or cannot have one. */
  readonly through: number;
  /** Rises with every vector that is stored; 0 before the first. */
  readonly version: number;
}

/** One vector of a bot and a model, listed in order of creation, for an index that follows them. */
export interface VectorChange {
  readonly version: number;
  readonly id: MemoryId;
  readonly vector: Int8Array;
}

/** Selects memories by their source; every given field must match. */
export interface SourceFilter {
  readonly sessionId?: SessionId;
  readonly turnId?: TurnId;
  readonly import?: string;
}

export interface MemoryQueries {
  memory(id: MemoryId): Promise<Memory | null>;
  /** Returns this bot's memories in the order of `ids`. Unknown ids are left out (ME1). */
  memoriesOf(botId: BotId, ids: readonly MemoryId[]): Promise<readonly Memory[]>;
  /** Newest first. */
  memories(botId: BotId, filter: MemoryFilter, page: PageRequest): Promise<Page<Memory>>;
  /** Returns the bot's active memory that says the same (ME3). */
  memoryByKey(botId: BotId, sameKey: string): Promise<Memory | null>;
  memoriesFrom(botId: BotId, source: SourceFilter): Promise<readonly Memory[]>;
  /** Returns active, pinned memories, newest first. */
  pinnedMemories(botId: BotId): Promise<readonly Memory[]>;
  /** Returns the lines directly before and after it in its conversation, at most `reach` on each side, in order. */
  memoriesBeside(memory: Memory, reach: number): Promise<readonly Memory[]>;
  /** Whether the bot has any memory, not counting archived ones and the lines of this session. */
  knowsBeyond(botId: BotId, sessionId: SessionId): Promise<boolean>;
  /** Returns the version of the newest change of any memory of the bot; 0 if there is none. */
  memoryVersion(botId: BotId): Promise<number>;
  /** Returns active memories whose `expiresAt` has passed. */
  memoryChanges(botId: BotId, after: number, limit: number): Promise<readonly MemoryChange[]>;
  memoryCounts(botId: BotId): Promise<MemoryCounts>;
  /** Returns active memories whose expiry has passed. */
  expiredMemories(at: IsoTime, limit: number): Promise<readonly Memory[]>;
  /** Returns memories archived before this time. */
  memoriesArchivedBefore(at: IsoTime, limit: number): Promise<readonly Memory[]>;
  /** Returns active, unpinned memories, the least important first, then the oldest. */
  leastImportantMemories(botId: BotId, limit: number): Promise<readonly Memory[]>;
  /** Null before the first `memory.embed` of the bot. */
  embeddingState(botId: BotId): Promise<EmbeddingState | null>;
  /** Ascending, after `after`; at most `limit`. */
  vectorChanges(
    botId: BotId,
    from: { readonly model: string; readonly after: number; readonly limit: number },
  ): Promise<readonly VectorChange[]>;
  vectorCount(botId: BotId, model: string): Promise<number>;
  /** Returns those of `ids` that belong to the bot and have a vector of this model. */
  embeddedOf(botId: BotId, model: string, ids: readonly MemoryId[]): Promise<readonly MemoryId[]>;
  /** Returns bots with memories that this model has not embedded yet; at most `limit`. */
  botsToEmbed(model: string, limit: number): Promise<readonly BotId[]>;
  /** Returns sessions of the bot whose memory is on and that have entries not captured yet. */
  sessionsToCapture(botId: BotId): Promise<readonly SessionId[]>;
  /** By label. */
  blocks(botId: BotId): Promise<readonly Block[]>;
  block(botId: BotId, label: string): Promise<Block | null>;
  /** Newest version first. */
  blockHistory(botId: BotId, label: string): Promise<readonly Block[]>;
  /** Returns the bots that may read this bot's memory. */
  readersOf(botId: BotId): Promise<readonly BotId[]>;
  /** Returns the bots whose memory this bot may read. */
  readableBy(botId: BotId): Promise<readonly BotId[]>;
}

export interface Queries
  extends MemoryQueries,
    ConsolidationQueries,
    OverviewQueries,
    ApprovalQueries,
    AuditQueries,
    BudgetQueries,
    HoldQueries,
    McpQueries,
    ModelQueries,
    SkillQueries {
  bot(id: BotId): Promise<Bot | null>;
  /** By name, then id. */
  bots(page: PageRequest): Promise<Page<Bot>>;
  /** Ignores letter case. */
  botsByName(name: string): Promise<readonly Bot[]>;
  topic(id: TopicId): Promise<Topic | null>;
  /** By order, then name. */
  topics(page: PageRequest): Promise<Page<Topic>>;
  session(id: SessionId): Promise<Session | null>;
  /** Newest activity first. */
  sessions(filter: SessionFilter, page: PageRequest): Promise<Page<Session>>;
  /** Contract: the cost grows with the number of kinds, not with the number of sessions. */
  listCounts(): Promise<SessionCounts>;
  /** Not archived, in any letter case, newest activity first. */
  sessionsByTitle(title: string): Promise<readonly Session[]>;
  /** Returns the bot's newest session that is neither archived nor spawned. */
  mainSessionOfBot(botId: BotId): Promise<Session | null>;
  /** Returns spawned sessions whose result the parent has not acted on yet. */
  openChildren(parentId: SessionId): Promise<readonly OpenChild[]>;
  /** Returns all sessions of a spawn tree, parents before children. */
  tree(rootId: SessionId): Promise<readonly Session[]>;
  message(id: MessageId): Promise<Message | null>;
  /** Returns the message sent to the session under this key (MB2). */
  messageByKey(sessionId: SessionId, idempotencyKey: string): Promise<Message | null>;
  /** Groups dead letters that nobody has dealt with by cause; the newest cause first, at most `limit`. */
  deadCauses(limit: number): Promise<readonly DeadCause[]>;
  messages(filter: MessageFilter, page: PageRequest): Promise<Page<Message>>;
  /** Returns messages that wait in the session's mailbox, in the order they were accepted. */
  queuedMessages(sessionId: SessionId): Promise<readonly Message[]>;
  /**
   * Ascending by sequence number; the newest if neither `before` nor `after` is given. Leaves out opaque JSON, which
   * only a window has (PR1).
   */
  entries(sessionId: SessionId, range: EntryRange): Promise<readonly Entry[]>;
  entry(id: EntryId): Promise<Entry | null>;
  /**
   * Returns what a model sees: the newest compaction's entry, then all entries after its `throughSeq`, ascending,
   * without that entry again. Includes opaque JSON; leaves out replaced entries and the notices of that (TU10).
   */
  window(sessionId: SessionId): Promise<readonly Entry[]>;
  /**
   * Finds entries of people, bots, other sessions and tool results that hold every word of `q`, newest first. The last
   * word may be a prefix. Returns nothing for a question without a letter or digit.
   */
  search(q: string, page: PageRequest): Promise<SearchPage>;
  turn(id: TurnId): Promise<TurnWithSteps | null>;
  /** Newest first. */
  turns(filter: TurnFilter, page: PageRequest): Promise<Page<Turn>>;
  /** Sums all turns of the session, however many there are. */
  turnSums(sessionId: SessionId): Promise<TurnSums>;
  /** Returns the session's newest step that is a model's answer. */
  lastAnswer(sessionId: SessionId): Promise<Step | null>;
  ask(id: AskId): Promise<Ask | null>;
  /** Returns the newest ask of this kind about a tool call: it may have been asked for approval as well. */
  askOfCall(turnId: TurnId, callId: string, kind: AskKind): Promise<Ask | null>;
  /** Returns asks of every kind and state, in order of creation. */
  asksOfTurn(turnId: TurnId): Promise<readonly Ask[]>;
  /** Open asks first, of these the longest waiting. */
  asks(filter: AskFilter, page: PageRequest): Promise<Page<Ask>>;
  /** Returns open asks with a held answer, in the order the answers take effect; at most `limit`. */
  heldAsks(limit: number): Promise<readonly Ask[]>;
  /** Returns asks of a gateway that are open, or whose answer has still to be carried, in order of creation. */
  asksOfGateway(gatewayId: GatewayId, limit: number): Promise<readonly Ask[]>;
  /** Returns open asks with a deadline, the next one first. */
  asksByDeadline(limit: number): Promise<readonly Ask[]>;
  schedule(id: ScheduleId): Promise<Schedule | null>;
  /** In order of creation. */
  schedules(filter: ScheduleFilter, page: PageRequest): Promise<Page<Schedule>>;
  /**
   * Returns active schedules whose next time is `at` or earlier, longest due first; at most `limit`. Leaves out those
   * of held sessions (TU6).
   */
  dueSchedules(at: IsoTime, limit: number): Promise<readonly Schedule[]>;
  /** Returns the earliest next time of all schedules that are not held. */
  nextScheduleAt(): Promise<IsoTime | null>;
  file(id: FileId): Promise<StoredFile | null>;
  /** Returns the file if a message or an entry of the session names it. */
  fileOfSession(sessionId: SessionId, id: FileId): Promise<StoredFile | null>;
  /** Returns the files that exist, in the order of `ids`. */
  files(ids: readonly FileId[]): Promise<readonly StoredFile[]>;
  /** Returns those of the hashes that a file has. */
  knownHashes(hashes: readonly string[]): Promise<readonly string[]>;
  links(): Promise<readonly Link[]>;
  /** In order of creation. */
  gateways(): Promise<readonly GatewayRecord[]>;
  /** Returns the session that mirrors this session of a gateway. */
  sessionByMirror(mirror: MirrorRef): Promise<Session | null>;
  /** Returns the result of a call from outside the loop, for as long as it is kept. */
  keptCall(sessionId: SessionId, callId: string): Promise<KeptCall | null>;
  /** Returns what undoes an act; null once it was used or has long expired. */
  undo(token: UndoToken): Promise<KeptUndo | null>;
  /** Returns the hops that a person granted the chain beyond the limit. */
  chainExtraHops(chainId: ChainId): Promise<number>;
  /** Returns what a chain has caused so far (BO1); zeros for an unknown chain. */
  chain(chainId: ChainId): Promise<ChainCounts>;
  /** Ascending, after `after`; at most `limit`. */
  events(after: number, limit: number): Promise<readonly Event[]>;
  /** Returns the oldest and the newest event that is kept; zeros if there is none. */
  eventBounds(): Promise<{ readonly first: number; readonly last: number }>;
  totals(): Promise<Totals>;
  /** In the order of their start; those that are gone are listed for a day. */
  workers(): Promise<readonly Worker[]>;
  /** Returns the leases that are held now. */
  leases(): Promise<readonly Lease[]>;
  /** Returns a value that the workers share. */
  shared(name: string): Promise<string | null>;
  /** Returns those whose names begin with the prefix, by name. */
  sharedValues(prefix: string): Promise<readonly { readonly name: string; readonly value: string }[]>;
}
