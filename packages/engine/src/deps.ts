/**
 * What every verb is given: state, time and limits. Nothing in the engine reaches for them in any other way. What runs beside the
 * verbs is named by what they ask of it, so that a verb knows no machinery and this file imports ports alone.
 */
import type { StoredFile } from "@reef/protocol/file";
import type { BotId, FileId, TurnId } from "@reef/protocol/ids";
import type { Clock } from "./port/clock.ts";
import type { ConsolidationRecord } from "./port/consolidation.ts";
import type { FileBytes } from "./port/files.ts";
import type { RecallMeaning, RecallQuery, RecallResult, RecallSize } from "./port/recall.ts";
import type { Store } from "./port/store.ts";
import type { SpawnLimits } from "./port/unit.ts";
import type { KnowsTools } from "./tool/traits.ts";

export interface EngineSettings {
  /** Turns that run at once in this worker. */
  readonly maxTurns: number;
  /** Messages between the first of a chain and the one that is held for a person (MB10). */
  readonly maxHops: number;
  readonly spawnLimits: SpawnLimits;
  /** What one message may cause before a person is asked (BO1). */
  readonly chainLimits: ChainLimits;
  /** Failed attempts, or deaths, from which a turn is failed and its messages are dead (MB7, TU4). */
  readonly maxAttempts: number;
  /** Pause before the second, third … attempt of a turn whose runtime failed, in milliseconds. */
  readonly retryDelaysMs: readonly number[];
  /** Model calls of one turn, unless the bot's limits say otherwise. */
  readonly maxSteps: number;
  /** Wall time of one turn between waits, in milliseconds, unless the bot's limits say otherwise. */
  readonly turnTimeoutMs: number;
  /** How often a worker looks for due turns when nothing wakes it, in milliseconds. */
  readonly pollMs: number;
  /** How often a worker renews its leases, in milliseconds; well below `leaseMs`. */
  readonly beatMs: number;
  /** How long a cancel waits for turns to stop before it reports them, in milliseconds (TU6). */
  readonly cancelWaitMs: number;
  /** How long a session is silent before what was said in it is consolidated, in milliseconds. */
  readonly quietMs: number;
  /** How often the consolidator looks for something to do, in milliseconds. */
  readonly consolidateTickMs: number;
  /** How long a bot's model is left alone after a consolidation, in milliseconds. */
  readonly consolidatePauseMs: number;
  /** Memories of one bot before a sweep puts the least important away (ME7). */
  readonly memoryQuota: number;
  /** Tokens of recalled memory in one prompt (ME7). */
  readonly recallTokens: number;
  /** How long a turn waits for its recall before it goes on without, in milliseconds. */
  readonly recallWaitMs: number;
  /** How long turns of a bot wait for its index to be in step for the first time after a start, before that, in milliseconds. */
  readonly indexWaitMs: number;
  /** How long a question waits for its meaning before it is answered by words alone, in milliseconds. */
  readonly meaningWaitMs: number;
  /** What was put away is gone after this long, in milliseconds (ME7). */
  readonly archiveMs: number;
  /** Of all files together (MB11). */
  readonly filesMaxBytes: number;
}

/** What one message may cause, over its whole chain. */
export interface ChainLimits {
  readonly modelCalls: number;
  /** Sessions that are spawned, in all. */
  readonly spawns: number;
  /** Questions of its bots that wait for a person at once. */
  readonly openQuestions: number;
  /** Schedules that are made in it, and in what those begin. */
  readonly schedules: number;
}

export const defaultSettings: EngineSettings = {
  maxTurns: 64,
  maxHops: 12,
  spawnLimits: { maxDepth: 3, maxChildren: 8, maxTree: 32 },
  chainLimits: { modelCalls: 500, spawns: 32, openQuestions: 3, schedules: 10 },
  maxAttempts: 3,
  retryDelaysMs: [2_000, 10_000],
  maxSteps: 100,
  turnTimeoutMs: 3_600_000,
  pollMs: 250,
  beatMs: 5_000,
  cancelWaitMs: 1_000,
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
};

export interface Deps extends KnowsTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: EngineSettings;
  /** Finds memories again; without it, nothing is searched, recalled or captured. */
  readonly index?: MemorySearch | undefined;
  /** Proposes what to remember of what was said; there where the index is. */
  readonly consolidator?: Consolidating | undefined;
  /** Compares memories by meaning as well; without it, by words alone. */
  readonly embedding?: Embedding | undefined;
  /** Keeps files; without it, none can be given or read. */
  readonly files?: Files | undefined;
  /** Stops a turn that this process runs although the store cannot note it (TU6, SV1); nothing when it runs none such. */
  readonly stopUnsaved?: ((id: TurnId, cancel: { readonly by: string; readonly reason: string }) => void) | undefined;
}

/** Finds a bot's memories again. */
export interface MemorySearch {
  /**
   * What the bot's index finds, as of its newest row. Empty without opening anything when the bot knows nothing. Once the
   * signal is aborted, what was not begun is not done: a turn that went on without has no use for it.
   */
  search(botId: BotId, query: RecallQuery, signal?: AbortSignal): Promise<RecallResult>;
  /**
   * Resolves when the bot's index has been in step once since this start, or `mostMs` after somebody first waited for that.
   * From then on it resolves right away. Never rejects: what is wrong is what the next search says.
   */
  waitForFirstStep(botId: BotId, mostMs: number): Promise<void>;
  /** Makes what was said in the bot's sessions until now searchable. */
  capture(botId: BotId): Promise<void>;
  /** Resolves when the bot's index has seen every change that was committed before the call. */
  inStep(botId: BotId): Promise<void>;
  size(botId: BotId): Promise<RecallSize>;
}

/** Proposes what to remember of what was said. */
export interface Consolidating {
  /**
   * Looks at once at what is new in the bot's sessions, whatever its policy; the newest consolidations it made. `unavailable`
   * when its model gives no answer and there is too little to choose lines from.
   */
  consolidate(botId: BotId): Promise<readonly ConsolidationRecord[]>;
}

/** Compares memories by meaning. */
export interface Embedding {
  readonly questions: QuestionMeaning;
  readonly queue: EmbeddingWork;
}

/** What questions mean. */
export interface QuestionMeaning {
  /** Never rejects, and takes no longer than a moment. */
  ask(text: string): Promise<QuestionAsked>;
  /** What keeps questions from being compared by meaning; null when nothing does. */
  readonly failure: string | null;
}

/** Without a meaning, why: words for a person, or null where no model for it is set up. */
export type QuestionAsked =
  | { readonly meaning: RecallMeaning; readonly degraded: null }
  | { readonly meaning: null; readonly degraded: string | null };

/** Gives memories their vectors, behind everything else. */
export interface EmbeddingWork {
  readonly progress: EmbeddingProgress;
  /** Some memory has changed: it need not wait for the next look. */
  note(): void;
  /** Another model may be set up now: what kept the one before from answering counts no more. */
  noteModel(): void;
}

export interface EmbeddingProgress {
  /** Null while none is set up. */
  readonly model: string | null;
  readonly state: "working" | "idle" | "failing";
  /** Why it is failing, for people; null when it is not. */
  readonly error: string | null;
}

export interface NewFile {
  /** As it was given; null when it has none. */
  readonly name: string | null;
  /** A Content-Type as it was given. */
  readonly mediaType: string | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Keeps files (MB11). */
export interface Files {
  readonly bytes: FileBytes;
  /**
   * Resolves when the file is on disk with its row. Errors: `payload_too_large`, `invalid_request` when it is empty,
   * `storage_full`. Nothing is left behind then.
   */
  keep(file: NewFile): Promise<StoredFile>;
  /** Null when the file, or its bytes, are gone. */
  read(id: FileId): Promise<Uint8Array | null>;
  /** Forgets files that nothing named for a day, and bytes that no file has. Gives how many of the latter. */
  sweep(): Promise<number>;
}

/** Where the engine tells what went wrong inside it. Messages hold no secrets and no texts of people or bots. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
