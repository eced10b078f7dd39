/**
 * Keeps each bot's index in step with its rows. The rows are the truth: an index that lags, is missing or is damaged is
 * brought up to their version before a search is answered, so deleting one changes no answer. Nothing is opened before
 * a bot with memories is searched or changed.
 */
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import type { Log, MemorySearch } from "../deps.ts";
import type { Clock } from "../port/clock.ts";
import type { EmbeddingState } from "../port/queries.ts";
import type { Recall, RecallChange, RecallQuery, RecallResult, RecallRow, RecallSize } from "../port/recall.ts";
import type { Store, Unsubscribe } from "../port/store.ts";
import { createFirstSteps, type FirstSteps } from "./first-steps.ts";
import { memoryToRecallRow } from "./recall-row.ts";
import { createSlots } from "./slots.ts";

export interface MemoryIndexParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, at the first need. */
  readonly openRecall: () => Recall;
  /** Returns the model whose vectors the indexes hold; without it, they hold none. */
  readonly embeddingModel?: (() => string | undefined) | undefined;
  /** Called after changes were gathered and written. */
  readonly onGathered?: (() => void) | undefined;
  /** How long changes are gathered before they are written to an index, in milliseconds. */
  readonly gatherMs?: number;
}

const pageSize = 1_000;
const vectorPageSize = 250;
/** From this many changes on, an empty index is rebuilt: that is faster, and no search finds it half full. */
const rebuildFrom = 2_000;
/** How many searches the recall thread gets in advance; it runs one after another. */
const searchesAtOnce = 4;
/**
 * How many indexes are rebuilt in parallel. Smaller updates run beside them, so a small index never waits for a large
 * one.
 */
const rebuildsAtOnce = 2;
const nothing: RecallResult = { hits: [], version: 0 };

interface Step {
  hasBegun: boolean;
  readonly done: Promise<void>;
}

export class MemoryIndex implements MemorySearch, AsyncDisposable {
  readonly #parts: MemoryIndexParts;
  readonly #ended = new AbortController();
  readonly #unsubscribe: Unsubscribe;
  readonly #slots = createSlots(searchesAtOnce);
  readonly #rebuilding = createSlots(rebuildsAtOnce);
  readonly #firstSteps: FirstSteps;
  readonly #stepping = new Map<BotId, Step>();
  readonly #changed = new Set<BotId>();
  readonly #toCapture = new Map<SessionId, BotId>();
  /** Bots whose vectors have been brought in step since the start. */
  readonly #vectorsSeen = new Set<BotId>();
  #recall: Recall | null = null;
  #gathering: Promise<void> | null = null;

  constructor(parts: MemoryIndexParts) {
    this.#parts = parts;
    this.#firstSteps = createFirstSteps({ clock: parts.clock, step: (botId) => this.#stepFirst(botId) });
    this.#unsubscribe = parts.store.onEvents((events) => this.#take(events));
  }

  async search(botId: BotId, query: RecallQuery, signal?: AbortSignal): Promise<RecallResult> {
    const version = await this.#parts.store.read.memoryVersion(botId);
    if (version === 0) return nothing;
    // The index may be built between the two looks, and a search of another bot does not wait for that.
    const look = () => this.#slots.run(() => this.#use((recall) => recall.search(botId, query)), signal);
    const found = await look();
    if (query.meaning !== undefined && !this.#vectorsSeen.has(botId)) this.#bringInStep(botId);
    if (found.version >= version) return found;
    await this.inStep(botId);
    signal?.throwIfAborted();
    return look();
  }

  waitForFirstStep(botId: BotId, mostMs: number): Promise<void> {
    return this.#firstSteps.wait(botId, mostMs);
  }

  async capture(botId: BotId): Promise<void> {
    const sessions = await this.#parts.store.read.sessionsToCapture(botId);
    await this.#captureSessions(sessions);
  }

  inStep(botId: BotId): Promise<void> {
    const before = this.#stepping.get(botId);
    // A step that has not begun will also see what is committed by now, so a bot never has more than two steps queued.
    if (before?.hasBegun === false) return before.done;
    const begin = () => {
      mine.hasBegun = true;
      return this.#follow(botId);
    };
    const mine: Step = { hasBegun: false, done: (before?.done ?? Promise.resolve()).then(begin, begin) };
    this.#stepping.set(botId, mine);
    const forget = () => {
      if (this.#stepping.get(botId) === mine) this.#stepping.delete(botId);
    };
    mine.done.then(forget, forget);
    return mine.done;
  }

  async size(botId: BotId): Promise<RecallSize> {
    const version = await this.#parts.store.read.memoryVersion(botId);
    return version === 0 ? { version: 0, rows: 0, sizeBytes: 0 } : this.#use((recall) => recall.size(botId));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#unsubscribe();
    await this.#gathering;
    await Promise.allSettled([...this.#stepping.values()].map(({ done }) => done));
    await this.#recall?.[Symbol.asyncDispose]();
  }

  /** Drops a recall that failed for good, so that the next call opens another. */
  async #use<Result>(call: (recall: Recall) => Promise<Result>): Promise<Result> {
    this.#recall ??= this.#parts.openRecall();
    const recall = this.#recall;
    try {
      return await call(recall);
    } catch (error) {
      const hasFailed = error instanceof AppError && error.code === "unavailable";
      if (hasFailed && this.#recall === recall && !this.#ended.signal.aborted) {
        this.#recall = null;
        await recall[Symbol.asyncDispose]();
      }
      throw error;
    }
  }

  async #stepFirst(botId: BotId): Promise<void> {
    const version = await this.#parts.store.read.memoryVersion(botId);
    if (version === 0 || (await this.#use((recall) => recall.version(botId))) === version) return;
    await this.inStep(botId);
  }

  #follow(botId: BotId): Promise<void> {
    return this.#use((recall) => this.#followWith(recall, botId));
  }

  /** Updates the index after an answer, which did without vectors that the index lacks. */
  #bringInStep(botId: BotId): void {
    this.#vectorsSeen.add(botId);
    this.inStep(botId).catch((error: unknown) => {
      if (!this.#ended.signal.aborted) this.#parts.log.warn({ error, botId }, "vectors could not be indexed");
    });
  }

  async #followWith(recall: Recall, botId: BotId): Promise<void> {
    const { store } = this.#parts;
    for (;;) {
      const embeddingModel = this.#parts.embeddingModel?.();
      // Read before the rows: every vector up to here then has a row that the index has seen.
      const vectors = embeddingModel === undefined ? null : await store.read.embeddingState(botId);
      const through = await store.read.memoryVersion(botId);
      const version = await recall.version(botId);
      if (this.#ended.signal.aborted) return;
      if (version === through) {
        if (vectors === null || vectors.model !== embeddingModel) return;
        if (await this.#followVectors(recall, botId, { ...vectors, rows: version })) return;
        continue;
      }
      // The index is newer than the rows, which come from an older copy of the store.
      if (version > through || (version === 0 && through > rebuildFrom)) {
        const rebuild = () => recall.rebuild(botId, { rows: this.#rowsThrough(botId, through), through });
        await this.#rebuilding.run(rebuild, this.#ended.signal);
        continue;
      }
      const changes = await store.read.memoryChanges(botId, version, pageSize);
      const last = changes.at(-1)?.version ?? through;
      await recall.apply(botId, {
        after: version,
        through: last,
        changes: changes.map(
          ({ id, memory }): RecallChange =>
            memory === null ? { type: "drop", id } : { type: "put", row: memoryToRecallRow(memory) },
        ),
      });
    }
  }

  /** Returns false if the index lost its rows in the meantime: its file was deleted. */
  async #followVectors(
    recall: Recall,
    botId: BotId,
    { model, version: through, rows }: EmbeddingState & { readonly rows: number },
  ): Promise<boolean> {
    const seen = await recall.vectorVersion(botId, model);
    // The vectors are newer than the rows, which come from an older copy of the store.
    for (let after = seen > through ? 0 : seen; after < through && !this.#ended.signal.aborted; ) {
      const changes = await this.#parts.store.read.vectorChanges(botId, { model, after, limit: vectorPageSize });
      const vectors = changes.filter(({ version }) => version <= through);
      const last = vectors.length < vectorPageSize ? through : (vectors.at(-1)?.version ?? through);
      const applied = await recall.applyVectors(botId, { model, rows, after, through: last, vectors });
      if (applied.state === "behind") return false;
      after = last;
    }
    return true;
  }

  /** Rows that change during this get a later version, and are followed afterwards. */
  async *#rowsThrough(botId: BotId, through: number): AsyncGenerator<readonly RecallRow[]> {
    for (let after = 0; after < through; ) {
      const changes = await this.#parts.store.read.memoryChanges(botId, after, pageSize);
      const seen = changes.filter(({ version }) => version <= through);
      yield seen.flatMap(({ memory }) => (memory === null ? [] : [memoryToRecallRow(memory)]));
      const last = changes.at(-1)?.version;
      if (last === undefined) return;
      after = last;
    }
  }

  #take(events: readonly Event[]): void {
    for (const event of events) {
      switch (event.type) {
        case "memory.changed":
        case "memory.deleted":
          this.#changed.add(event.botId);
          break;
        case "turn.changed":
          if (event.turn.endedAt !== null) this.#toCapture.set(event.turn.sessionId, event.turn.botId);
          break;
        case "bot.deleted":
          void this.#forget(event.botId);
          break;
        default:
          continue;
      }
      this.#gathering ??= this.#gather();
    }
  }

  /** Waits a moment, so that a busy bot's changes are written together. */
  async #gather(): Promise<void> {
    const { clock, log, gatherMs = 150 } = this.#parts;
    await clock.sleep(gatherMs, this.#ended.signal);
    this.#gathering = null;
    if (this.#ended.signal.aborted) return;
    const sessions = [...this.#toCapture.keys()];
    const bots = new Set([...this.#changed, ...this.#toCapture.values()]);
    this.#toCapture.clear();
    this.#changed.clear();
    try {
      await this.#captureSessions(sessions);
      for (const botId of bots) await this.inStep(botId);
      this.#parts.onGathered?.();
    } catch (error) {
      // The next search updates the index, or reports what is wrong.
      if (!this.#ended.signal.aborted) log.warn({ error }, "a memory index could not be brought up to date");
    }
  }

  async #captureSessions(sessions: readonly SessionId[]): Promise<void> {
    const { store, clock } = this.#parts;
    if (sessions.length === 0) return;
    const ops = sessions.map((sessionId) => ({ op: "memory.capture" as const, sessionId }));
    await store.commit({ at: msToIso(clock.now()), ops });
  }

  async #forget(botId: BotId): Promise<void> {
    this.#changed.delete(botId);
    this.#vectorsSeen.delete(botId);
    this.#firstSteps.forget(botId);
    try {
      await this.#use((recall) => recall.forget(botId));
    } catch (error) {
      this.#parts.log.warn({ error, botId }, "a deleted bot's memory index could not be deleted");
    }
  }
}
