/**
 * Defines what every verb receives: state, time and limits. The engine reaches them in no other way. Machinery beside
 * the verbs is typed by what they ask of it, so that a verb knows none of it and this file imports ports alone.
 */
import type { StoredFile } from "@reef/protocol/file";
import type { BotId, FileId, TurnId } from "@reef/protocol/ids";
import type { Clock } from "./port/clock.ts";
import type { ConsolidationRecord } from "./port/consolidation.ts";
import type { ContractChecker } from "./port/contract.ts";
import type { FileBytes } from "./port/files.ts";
import type { RecallMeaning, RecallQuery, RecallResult, RecallSize } from "./port/recall.ts";
import type { Store } from "./port/store.ts";
import type { KnowsTools } from "./port/tool-traits.ts";
import type { SpawnLimits } from "./port/unit.ts";

export interface EngineSettings {
  /** How many turns this worker runs in parallel. */
  readonly maxTurns: number;
  /** How many messages a chain may have before one is held for a person (MB10). */
  readonly maxHops: number;
  /** From here on, messages between bots are held because they only keep each other busy (MB10). */
  readonly guardLimits: GuardLimits;
  readonly spawnLimits: SpawnLimits;
  /** What one message may cause before a person is asked (BO1). */
  readonly chainLimits: ChainLimits;
  /** After this many failed attempts or deaths, a turn is failed and its messages are dead (MB7, TU4). */
  readonly maxAttempts: number;
  /** Pause before the second, third … attempt of a turn whose runtime failed, in milliseconds. */
  readonly retryDelaysMs: readonly number[];
  /** How long a turn waits for a model that is down or whose limits are used up, in milliseconds (TU9). */
  readonly providerWaitMs: number;
  /** Model calls of one turn, unless the bot's limits say otherwise. */
  readonly maxSteps: number;
  /** Wall time of one turn between waits, in milliseconds, unless the bot's limits say otherwise. */
  readonly turnTimeoutMs: number;
  /** How often a worker looks for due turns when nothing wakes it, in milliseconds. */
  readonly pollMs: number;
  /** How often a worker renews its leases, in milliseconds; well below `leaseMs`. */
  readonly beatMs: number;
  /** The longest time of one call that acts on the world, unless its tool says otherwise, in milliseconds (TO3). */
  readonly callTimeoutMs: number;
  /** How long a call has to end after it was told to, in milliseconds; below `cancelWaitMs`. */
  readonly callStopMs: number;
  /** Calls of one answer that run side by side. */
  readonly callsAtOnce: number;
  /** The longest output of a call that a transcript shows, in UTF-16 units (TO3). */
  readonly outputTextMax: number;
  /** How long a cancel waits for turns to stop before it reports them, in milliseconds (TU6). */
  readonly cancelWaitMs: number;
  /** How long a draining worker lets a step go on before it gives the turn back, in milliseconds (FL4). */
  readonly drainMs: number;
  /** How long a session must be silent before it is consolidated, in milliseconds. */
  readonly quietMs: number;
  /** How often the consolidator looks for work, in milliseconds. */
  readonly consolidateTickMs: number;
  /** The least time between two consolidations that ask one bot's model, in milliseconds. */
  readonly consolidatePauseMs: number;
  /** How many memories a bot may have before a sweep archives the least important (ME7). */
  readonly memoryQuota: number;
  /** Tokens of recalled memory in one prompt (ME7). */
  readonly recallTokens: number;
  /** How long a turn waits for its recall before it goes on without, in milliseconds. */
  readonly recallWaitMs: number;
  /**
   * How long turns of a bot wait, before that, for its index to catch up for the first time after a start, in
   * milliseconds.
   */
  readonly indexWaitMs: number;
  /** How long a question waits for its vector before it is answered by words alone, in milliseconds. */
  readonly meaningWaitMs: number;
  /** How long archived memories are kept, in milliseconds (ME7). */
  readonly archiveMs: number;
  /** The most bytes of all files together (MB11). */
  readonly filesMaxBytes: number;
  /** How long lines of the audit are kept, in milliseconds; null for ever (AU1). */
  readonly auditMs: number | null;
}

/** Bounds messages between bots within one chain. */
export interface GuardLimits {
  /** Near-identical texts between two sessions. */
  readonly echoes: number;
  /** Messages between two sessions within a minute. */
  readonly pairPerMinute: number;
  /** Messages of the whole chain. */
  readonly messages: number;
}

/** Bounds what one message may cause over its whole chain. */
export interface ChainLimits {
  readonly modelCalls: number;
  /** What its model calls may cost, in US dollars (MB10). */
  readonly costUsd: number;
  /** All spawned sessions, whether finished or not. */
  readonly spawns: number;
  /** Questions of its bots that wait for a person at the same time. */
  readonly openQuestions: number;
  /** Schedules created in the chain, and in the chains that those begin. */
  readonly schedules: number;
}

export const defaultSettings: EngineSettings = {
  maxTurns: 64,
  maxHops: 12,
  guardLimits: { echoes: 3, pairPerMinute: 20, messages: 100 },
  spawnLimits: { maxDepth: 3, maxChildren: 8, maxTree: 32 },
  chainLimits: { modelCalls: 500, costUsd: 20, spawns: 32, openQuestions: 3, schedules: 10 },
  maxAttempts: 3,
  retryDelaysMs: [2_000, 10_000],
  providerWaitMs: 3_600_000,
  maxSteps: 100,
  turnTimeoutMs: 3_600_000,
  pollMs: 250,
  beatMs: 5_000,
  callTimeoutMs: 600_000,
  callStopMs: 500,
  callsAtOnce: 8,
  outputTextMax: 30_000,
  cancelWaitMs: 1_000,
  drainMs: 30_000,
  quietMs: 600_000,
  consolidateTickMs: 30_000,
  consolidatePauseMs: 300_000,
  memoryQuota: 1_000_000,
  recallTokens: 1_000,
  recallWaitMs: 2_000,
  indexWaitMs: 10_000,
  meaningWaitMs: 300,
  archiveMs: 30 * 86_400_000,
  filesMaxBytes: 5_000_000_000,
  auditMs: null,
};

export interface Deps extends KnowsTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: EngineSettings;
  /** Finds memories. Without it, nothing is searched, recalled or captured. */
  readonly index?: MemorySearch | undefined;
  /** Proposes what to remember of conversations. Present wherever the index is. */
  readonly consolidator?: Consolidating | undefined;
  /** Compares memories by meaning as well. Without it, words alone count. */
  readonly embedding?: Embedding | undefined;
  /** Keeps files. Without it, none can be given or read. */
  readonly files?: Files | undefined;
  /** Checks results of tasks (SU4). Without it, no task can have a contract. */
  readonly contracts?: ContractChecker | undefined;
  /** Lets a call of this model go out now, although its provider was down a moment ago. `provider/model`. */
  readonly retryModel?: ((name: string) => void) | undefined;
  /**
   * Stops a turn that this process runs although the store cannot record it (TU6, SV1). Does nothing if it does not run
   * here.
   */
  readonly stopUnsaved?: ((id: TurnId, cancel: { readonly by: string; readonly reason: string }) => void) | undefined;
}

/** Finds a bot's memories. */
export interface MemorySearch {
  /**
   * Searches the bot's index as of its newest row. Returns nothing, without opening an index, if the bot knows nothing.
   * After the signal aborts, work that has not begun is dropped: a turn that went on without it has no use for it.
   */
  search(botId: BotId, query: RecallQuery, signal?: AbortSignal): Promise<RecallResult>;
  /**
   * Resolves when the bot's index has caught up once since this start, or `mostMs` after the first call for the bot;
   * immediately from then on. Contract: never rejects; the next search reports what is wrong.
   */
  waitForFirstStep(botId: BotId, mostMs: number): Promise<void>;
  /** Makes everything said in the bot's sessions until now searchable. */
  capture(botId: BotId): Promise<void>;
  /** Resolves when the bot's index has seen every change committed before the call. */
  inStep(botId: BotId): Promise<void>;
  size(botId: BotId): Promise<RecallSize>;
}

/** Proposes what to remember of conversations. */
export interface Consolidating {
  /**
   * Consolidates what is new in the bot's sessions immediately, whatever its policy, and returns the newest
   * consolidations it made. Throws `unavailable` if its model gives no answer and there is too little to choose lines
   * from.
   */
  consolidate(botId: BotId): Promise<readonly ConsolidationRecord[]>;
}

/** Compares memories by meaning. */
export interface Embedding {
  readonly questions: QuestionMeaning;
  readonly queue: EmbeddingWork;
}

/** Turns questions into vectors of their meaning. */
export interface QuestionMeaning {
  /** Contract: never rejects, and resolves within a moment. */
  ask(text: string): Promise<QuestionAsked>;
  /** Why questions are not compared by meaning, for people; null if they are. */
  readonly failure: string | null;
}

/** Without a meaning, says why, in words for a person; null if no model for it is configured. */
export type QuestionAsked =
  | { readonly meaning: RecallMeaning; readonly degraded: null }
  | { readonly meaning: null; readonly degraded: string | null };

/** Gives memories their vectors, with lower priority than everything else. */
export interface EmbeddingWork {
  readonly progress: EmbeddingProgress;
  /** Reports a changed memory, so that it need not wait for the next look. */
  note(): void;
  /** Reports that another model may be configured: past failures no longer count. */
  noteModel(): void;
}

export interface EmbeddingProgress {
  /** Null if none is configured. */
  readonly model: string | null;
  readonly state: "working" | "idle" | "failing";
  /** Why it is failing, for people; null if it is not. */
  readonly error: string | null;
}

export interface NewFile {
  /** As it was given; null if it has none. */
  readonly name: string | null;
  /** A Content-Type as it was given. */
  readonly mediaType: string | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Keeps files (MB11). */
export interface Files {
  readonly bytes: FileBytes;
  /**
   * Resolves when the file is on disk with its row. Throws `payload_too_large`, `invalid_request` if it is empty, or
   * `storage_full`, and leaves nothing behind then.
   */
  keep(file: NewFile): Promise<StoredFile>;
  /** Returns null if the file, or its bytes, are gone. */
  read(id: FileId): Promise<Uint8Array | null>;
  /** Forgets files that nothing has named for a day, and bytes that no file has. Returns how many of the latter. */
  sweep(): Promise<number>;
}

/** Receives what goes wrong inside the engine. Contract: messages hold no secrets and no texts of people or bots. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
