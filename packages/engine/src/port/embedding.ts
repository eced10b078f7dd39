/**
 * The seam to what turns a text into a vector of its meaning. Optional: without it, memories are found by their words. It
 * may be slow, cost money or be away at any time; nothing waits for it but the queue, and a question for a moment.
 */

/** What the text is: a model may be told a question from a text that answers one. */
export type EmbeddingPurpose = "question" | "memory";

export interface Embedder {
  /** Names the model and all else that its vectors depend on: vectors of another name are made again. */
  readonly model: string;
  /** What likeness of meaning counts beside words: 0 for nothing. */
  readonly weight: number;
  /** Texts that one call takes. */
  readonly maxTexts: number;
  /**
   * A vector for each text, in order, all of one length; of any scale. Rejects with `EmbeddingFailure`, or with the
   * signal's reason. Tries once: the caller decides whether to try again.
   */
  embed(
    texts: readonly string[],
    call: { readonly purpose: EmbeddingPurpose; readonly signal: AbortSignal },
  ): Promise<readonly Float32Array[]>;
}

/** The one that is set up now; null while there is none. */
export type CurrentEmbedder = () => Embedder | null;

/** `passing`: may work later. `refused`: no text would get a vector (a wrong key, an unknown model). `text`: these would not. */
export type EmbeddingFailureKind = "passing" | "refused" | "text";

/** Its message is for people, and holds neither a secret nor a text. */
export class EmbeddingFailure extends Error {
  readonly kind: EmbeddingFailureKind;
  /** What the server asked for; null when it did not say. */
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
