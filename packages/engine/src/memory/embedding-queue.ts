/**
 * Gives memories their vectors, with lower priority than everything else. Until then, a memory is found by its words.
 * The rows show what lacks a vector of the current model, so the queue needs no rows of its own, resumes after a
 * restart, and makes all vectors again when the model changes.
 */
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { msToIso } from "@reef/protocol/time";
import type { EmbeddingProgress, EmbeddingWork, Log, MemorySearch } from "../deps.ts";
import type { Clock } from "../port/clock.ts";
import { type CurrentEmbedder, type Embedder, EmbeddingFailure } from "../port/embedding.ts";
import type { Store } from "../port/store.ts";
import { toldWait } from "../port/told-numbers.ts";
import { toInt8, vectorToText } from "./vector.ts";

export interface EmbeddingQueueParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly embedder: CurrentEmbedder;
  readonly index: Pick<MemorySearch, "inStep">;
  /** True while this worker makes the vectors for the fleet (FL1); always, if left out. */
  readonly isMine?: () => boolean;
  /** How long changes are gathered, in milliseconds. */
  readonly gatherMs?: number;
}

/** One bot's part of a call. */
interface Share {
  readonly botId: BotId;
  readonly memories: readonly Memory[];
  readonly through: number;
}

/** A refused text is retried with its beginning alone. */
const maxLength = 2_000;
const shorterLength = 400;
const pollMs = 15_000;
const pausesMs = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000] as const;
/** A wrong key does not mend itself. */
const refusedPauseMs = 60_000;

export class EmbeddingQueue implements EmbeddingWork, AsyncDisposable {
  readonly #parts: EmbeddingQueueParts;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;
  #news = new AbortController();
  #model = new AbortController();
  #state: EmbeddingProgress["state"] = "working";
  #error: string | null = null;

  constructor(parts: EmbeddingQueueParts) {
    this.#parts = parts;
    this.#done = this.#run();
  }

  get progress(): EmbeddingProgress {
    return { model: this.#parts.embedder()?.model ?? null, state: this.#state, error: this.#error };
  }

  note(): void {
    this.#news.abort();
  }

  noteModel(): void {
    this.#model.abort();
    this.#news.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { clock, gatherMs = 100 } = this.#parts;
    const { signal } = this.#ended;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const news = new AbortController();
        this.#news = news;
        const isMore = await this.#round();
        failures = 0;
        this.#error = null;
        this.#state = isMore ? "working" : "idle";
        if (isMore) continue;
        await clock.sleep(pollMs, AbortSignal.any([signal, news.signal]));
        await clock.sleep(gatherMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        await this.#rest(error, failures);
      }
    }
  }

  async #rest(error: unknown, failures: number): Promise<void> {
    const { clock, log } = this.#parts;
    const known = error instanceof EmbeddingFailure ? error : null;
    const message = known?.message ?? "memories could not be given vectors";
    const facts = { model: this.progress.model, ...(known === null ? { error } : {}) };
    // Logs each trouble once: a server that is away for a night is one line.
    if (message !== this.#error) log.warn(facts, `embedding waits: ${message}`);
    this.#state = "failing";
    this.#error = message;
    const usual = pausesMs[Math.min(failures, pausesMs.length) - 1] ?? refusedPauseMs;
    const pauseMs = known?.kind === "refused" ? refusedPauseMs : Math.max(usual, toldWait(known?.retryAfterMs));
    this.#model = new AbortController();
    await clock.sleep(pauseMs, AbortSignal.any([this.#ended.signal, this.#model.signal]));
  }

  /** Embeds one call's worth of memories, of one bot or of several. Returns false if there is nothing left to do. */
  async #round(): Promise<boolean> {
    const { store } = this.#parts;
    // One round uses one model, even if another is chosen during it.
    const embedder = this.#parts.embedder();
    if (embedder === null || this.#parts.isMine?.() === false) return false;
    const bots = await store.read.botsToEmbed(embedder.model, embedder.maxTexts);
    const shares: Share[] = [];
    let left = embedder.maxTexts;
    for (const botId of bots) {
      if (left <= 0) break;
      const share = await this.#shareOf(embedder, { botId, limit: left });
      shares.push(share);
      left -= share.memories.length;
    }
    const memories = shares.flatMap((share) => share.memories);
    if (memories.length > 0) this.#state = this.#error === null ? "working" : this.#state;
    const vectors = await this.#embed(embedder, memories);
    for (const share of shares) await this.#keep(embedder, share, vectors);
    return bots.length > 0;
  }

  async #shareOf(
    embedder: Embedder,
    { botId, limit }: { readonly botId: BotId; readonly limit: number },
  ): Promise<Share> {
    const { store } = this.#parts;
    const state = await store.read.embeddingState(botId);
    const after = state?.model === embedder.model ? state.through : 0;
    const end = await store.read.memoryVersion(botId);
    const changes = await store.read.memoryChanges(botId, after, limit);
    const there = changes.flatMap(({ memory }) => (memory === null ? [] : [memory]));
    const ids = there.map(({ id }) => id);
    const done = new Set(ids.length === 0 ? [] : await store.read.embeddedOf(botId, embedder.model, ids));
    return {
      botId,
      memories: there.filter(({ id }) => !done.has(id)),
      through: changes.length < limit ? Math.max(end, changes.at(-1)?.version ?? 0) : (changes.at(-1)?.version ?? end),
    };
  }

  async #keep(
    embedder: Embedder,
    { botId, memories, through }: Share,
    vectors: ReadonlyMap<MemoryId, Float32Array>,
  ): Promise<void> {
    const { store, clock, index } = this.#parts;
    const kept = memories.flatMap(({ id }) => {
      const vector = vectors.get(id);
      return vector === undefined ? [] : [{ id, vector: vectorToText(toInt8(vector)) }];
    });
    try {
      await store.commit({
        at: msToIso(clock.now()),
        ops: [{ op: "memory.embed", botId, model: embedder.model, vectors: kept, through }],
      });
      await index.inStep(botId);
    } catch (error) {
      // The bot was deleted since.
      if (!(error instanceof AppError && error.code === "not_found")) throw error;
    }
  }

  /** A text that is refused even on its own gets no vector, so that it does not block all others. */
  async #embed(embedder: Embedder, memories: readonly Memory[]): Promise<ReadonlyMap<MemoryId, Float32Array>> {
    if (memories.length === 0) return new Map();
    try {
      return await this.#call(embedder, memories, maxLength);
    } catch (error) {
      if (!(error instanceof EmbeddingFailure) || error.kind !== "text") throw error;
      if (memories.length > 1) {
        const half = Math.ceil(memories.length / 2);
        const first = await this.#embed(embedder, memories.slice(0, half));
        return new Map([...first, ...(await this.#embed(embedder, memories.slice(half)))]);
      }
      return this.#embedShorter(embedder, memories);
    }
  }

  async #embedShorter(embedder: Embedder, memories: readonly Memory[]): Promise<ReadonlyMap<MemoryId, Float32Array>> {
    try {
      return await this.#call(embedder, memories, shorterLength);
    } catch (error) {
      if (!(error instanceof EmbeddingFailure) || error.kind !== "text") throw error;
      await this.#assertTakesAny(embedder);
      this.#parts.log.warn({ memoryId: memories[0]?.id }, `a memory gets no vector: ${error.message}`);
      return new Map();
    }
  }

  /**
   * Throws `refused` if the model refuses even a plain word: then the text is not to blame, and no memory may be
   * skipped.
   */
  async #assertTakesAny(embedder: Embedder): Promise<void> {
    try {
      await embedder.embed(["hello"], { purpose: "memory", signal: this.#ended.signal });
    } catch (error) {
      if (!(error instanceof EmbeddingFailure) || error.kind !== "text") throw error;
      throw new EmbeddingFailure(error.message, { kind: "refused" });
    }
  }

  async #call(
    embedder: Embedder,
    memories: readonly Memory[],
    length: number,
  ): Promise<ReadonlyMap<MemoryId, Float32Array>> {
    const texts = memories.map((memory) => textOf(memory).slice(0, length).toWellFormed());
    const vectors = await embedder.embed(texts, { purpose: "memory", signal: this.#ended.signal });
    return new Map(
      memories.flatMap(({ id }, i) => {
        const vector = vectors[i];
        return vector === undefined ? [] : [[id, vector] as const];
      }),
    );
  }
}

function textOf({ speaker, text }: Memory): string {
  return speaker === null ? text : `${speaker}: ${text}`;
}
