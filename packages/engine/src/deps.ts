/** What every verb is given: state, time and limits. Nothing in the engine reaches for them in any other way. */
import type { TurnId } from "@reef/protocol/ids";
import type { Consolidator } from "./consolidation/consolidator.ts";
import type { Files } from "./file/files.ts";
import type { ChainLimits } from "./mailbox/chain-bounds.ts";
import type { EmbeddingQueue } from "./memory/embedding-queue.ts";
import type { MemoryIndex } from "./memory/memory-index.ts";
import type { QuestionVectors } from "./memory/question-vectors.ts";
import type { Clock } from "./port/clock.ts";
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
  readonly index?: MemoryIndex | undefined;
  /** Proposes what to remember of what was said; there where the index is. */
  readonly consolidator?: Consolidator | undefined;
  /** Compares memories by meaning as well; without it, by words alone. */
  readonly embedding?: Embedding | undefined;
  /** Keeps files; without it, none can be given or read. */
  readonly files?: Files | undefined;
  /** Stops a turn that this process runs although the store cannot note it (TU6, SV1); nothing when it runs none such. */
  readonly stopUnsaved?: ((id: TurnId, cancel: { readonly by: string; readonly reason: string }) => void) | undefined;
}

export interface Embedding {
  readonly questions: QuestionVectors;
  readonly queue: EmbeddingQueue;
}

/** Where the engine tells what went wrong inside it. Messages hold no secrets and no texts of people or bots. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
