/**
 * An embedder turns a text into a vector of its meaning. It is optional: without it, memories are found by their words.
 * It may be slow, cost money or be away at any time; only the embedding queue waits for it, and a question, briefly.
 */

/** Says what the text is used for: some models embed a question differently from a text that answers one. */
export type EmbeddingPurpose = "question" | "memory";

export interface Embedder {
  /** Names the model and everything else that its vectors depend on. Vectors under another name are made again. */
  readonly model: string;
  /** How much similarity of meaning counts beside words; 0 for not at all. */
  readonly weight: number;
  /** The most texts that one call takes. */
  readonly maxTexts: number;
  /**
   * Returns one vector for each text, in order, all of one length, at any scale. Contract: tries once, so the caller
   * decides about retries; rejects with `EmbeddingFailure`, or with the signal's reason.
   */
  embed(
    texts: readonly string[],
    call: { readonly purpose: EmbeddingPurpose; readonly signal: AbortSignal },
  ): Promise<readonly Float32Array[]>;
}

/** Returns the embedder that is configured now, or null if there is none. */
export type CurrentEmbedder = () => Embedder | null;

/**
 * `passing`: may work later. `refused`: every text would be refused (a wrong key, an unknown model). `text`: these
 * texts were refused.
 */
export type EmbeddingFailureKind = "passing" | "refused" | "text";

/** Contract: the message is for people, and holds neither a secret nor the text. */
export class EmbeddingFailure extends Error {
  readonly kind: EmbeddingFailureKind;
  /** How long the server asked us to wait; null if it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { kind, retryAfterMs = null }: FailureFacts) {
    super(message);
    this.name = "EmbeddingFailure";
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

interface FailureFacts {
  readonly kind: EmbeddingFailureKind;
  readonly retryAfterMs?: number | null;
}
