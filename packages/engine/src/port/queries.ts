/** Reads for people and for tools: lists, pages and single nouns. No engine semantics. They see everything committed. */
import type { Ask, AskFilter } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { AskId, BotId, ChainId, EntryId, MessageId, SessionId, TopicId, TurnId } from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import type { Message, MessageFilter } from "@reef/protocol/message";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Session, SessionFilter } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import type { Topic } from "@reef/protocol/topic";
import type { Turn, TurnWithSteps } from "@reef/protocol/turn";

export interface EntryRange {
  /** Entries with a smaller sequence number, the newest of them. */
  readonly before?: number;
  /** Entries with a larger sequence number, the oldest of them. */
  readonly after?: number;
  readonly limit: number;
}

export interface TurnFilter {
  readonly sessionId?: SessionId;
  readonly botId?: BotId;
  /** Started before this time. */
  readonly before?: IsoTime;
  /** Not ended before this time. */
  readonly since?: IsoTime;
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

export interface Queries {
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
  /** Not archived; case does not matter; newest activity first. */
  sessionsByTitle(title: string): Promise<readonly Session[]>;
  /** The newest session of a bot that is neither archived nor spawned. */
  mainSessionOfBot(botId: BotId): Promise<Session | null>;
  /** Spawned sessions whose result the parent has not acted on yet. */
  openChildren(parentId: SessionId): Promise<readonly OpenChild[]>;
  /** All sessions of a spawn tree, parents before children. */
  tree(rootId: SessionId): Promise<readonly Session[]>;
  message(id: MessageId): Promise<Message | null>;
  /** Newest first. */
  messages(filter: MessageFilter, page: PageRequest): Promise<Page<Message>>;
  /** Messages that wait in a mailbox, in the order they were accepted. */
  queuedMessages(sessionId: SessionId): Promise<readonly Message[]>;
  /** Ascending by sequence number. Without `before` and `after`, the newest. */
  entries(sessionId: SessionId, range: EntryRange): Promise<readonly Entry[]>;
  entry(id: EntryId): Promise<Entry | null>;
  /** What a model is to see: the newest compaction's entry, then all entries after its `throughSeq`, ascending, without that entry again. */
  window(sessionId: SessionId): Promise<readonly Entry[]>;
  turn(id: TurnId): Promise<TurnWithSteps | null>;
  /** Newest first. */
  turns(filter: TurnFilter, page: PageRequest): Promise<Page<Turn>>;
  ask(id: AskId): Promise<Ask | null>;
  /** The ask that a tool call made, if it made one. */
  askOfCall(turnId: TurnId, callId: string): Promise<Ask | null>;
  /** Open ones first, oldest waiting first. */
  asks(filter: AskFilter, page: PageRequest): Promise<Page<Ask>>;
  links(): Promise<readonly Link[]>;
  /** Hops a person has granted the chain on top of the limit. */
  chainExtraHops(chainId: ChainId): Promise<number>;
  /** Ascending, after `after`; at most `limit`. */
  events(after: number, limit: number): Promise<readonly Event[]>;
  /** The oldest and the newest event that is kept; zeros when there is none. */
  eventBounds(): Promise<{ readonly first: number; readonly last: number }>;
  totals(): Promise<Totals>;
}
