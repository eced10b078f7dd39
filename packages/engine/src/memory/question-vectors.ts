/**
 * Turns questions into vectors. A question waits for its vector only briefly, and not at all after the model has
 * failed: it is then answered by words alone, and the answer says so. A vector that arrives too late is kept for the
 * next time.
 */
import type { QuestionAsked, QuestionMeaning } from "../deps.ts";
import type { Clock } from "../port/clock.ts";
import { type CurrentEmbedder, type Embedder, EmbeddingFailure } from "../port/embedding.ts";

export interface QuestionVectorsParts {
  readonly embedder: CurrentEmbedder;
  readonly clock: Clock;
  /** How long a question waits, in milliseconds. */
  readonly waitMs: number;
}

const keptQuestions = 256;
/** For this long after a failure, no question waits; one at a time is tried in the background. */
const restMs = 10_000;
/** Only the beginning of a question is embedded. */
const maxLength = 2_000;

export class QuestionVectors implements QuestionMeaning, AsyncDisposable {
  readonly #parts: QuestionVectorsParts;
  readonly #ended = new AbortController();
  /** By model and question, least recently asked first. */
  readonly #known = new Map<string, Float32Array>();
  readonly #running = new Map<string, Promise<Float32Array | null>>();
  #failure: { readonly message: string; readonly untilMs: number } | null = null;

  constructor(parts: QuestionVectorsParts) {
    this.#parts = parts;
  }

  async ask(text: string): Promise<QuestionAsked> {
    const { clock, waitMs } = this.#parts;
    const embedder = this.#parts.embedder();
    if (embedder === null) return { meaning: null, degraded: null };
    const question = text.slice(0, maxLength).toWellFormed();
    const known = this.#known.get(keyOf(embedder, question));
    if (known !== undefined) return this.#answer(embedder, question, known);
    const isResting = this.#failure !== null && clock.now() < this.#failure.untilMs;
    if (isResting && this.#running.size > 0) return this.#withoutMeaning();
    const running = this.#running.get(keyOf(embedder, question)) ?? this.#start(embedder, question);
    if (isResting) return this.#withoutMeaning();
    const timer = new AbortController();
    const late = clock.sleep(waitMs, timer.signal).then(() => "late" as const);
    const vector = await Promise.race([running, late]);
    timer.abort(null);
    if (vector === "late") this.#fail(`${embedder.model} did not answer within ${waitMs} ms`);
    else if (vector !== null) return this.#answer(embedder, question, vector);
    return this.#withoutMeaning();
  }

  get failure(): string | null {
    return this.#failure?.message ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await Promise.allSettled(this.#running.values());
  }

  #answer(embedder: Embedder, question: string, vector: Float32Array): QuestionAsked {
    const { model, weight } = embedder;
    const key = keyOf(embedder, question);
    this.#known.delete(key);
    this.#known.set(key, vector);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= keptQuestions) break;
      this.#known.delete(oldest);
    }
    return { meaning: { model, vector, weight }, degraded: null };
  }

  #withoutMeaning(): QuestionAsked {
    return { meaning: null, degraded: `found by words alone: ${this.#failure?.message ?? "the model failed"}` };
  }

  /** Returns null if it failed. */
  #start(embedder: Embedder, question: string): Promise<Float32Array | null> {
    const key = keyOf(embedder, question);
    const running = this.#embed(embedder, question).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  async #embed(embedder: Embedder, question: string): Promise<Float32Array | null> {
    try {
      const [vector] = await embedder.embed([question], { purpose: "question", signal: this.#ended.signal });
      if (vector === undefined) throw new EmbeddingFailure("there was no vector in the answer", { kind: "passing" });
      this.#failure = null;
      this.#answer(embedder, question, vector);
      return vector;
    } catch (error) {
      // Another kind of error may say anything, a secret included.
      this.#fail(error instanceof EmbeddingFailure ? error.message : `${embedder.model} failed`);
      return null;
    }
  }

  #fail(message: string): void {
    this.#failure = { message, untilMs: this.#parts.clock.now() + restMs };
  }
}

function keyOf({ model }: Embedder, question: string): string {
  return `${model}\n${question}`;
}
