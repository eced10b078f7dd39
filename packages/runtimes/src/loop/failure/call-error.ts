/** How a model call fails, for whoever decides what comes next. */
import { RuntimeFailure } from "@reef/engine/port/runtime";
import type { ProfileCorrection } from "../provider/profile.ts";

/**
 * `passing`: may work later. `overflow`: the prompt is longer than the model takes. `answer`: this prompt gets no usable
 * answer. `unexplained`: as `answer`, and the server did not say what it minds. `malformed`: the model's own call was
 * refused by its provider, and it may do better. `refused`: no prompt would get one (a wrong key, an unknown model, no credit).
 */
export type FailureKind = "passing" | "overflow" | "answer" | "unexplained" | "malformed" | "refused";

export interface CallFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly retryAfterMs: number | null;
  /** What the server named as wrong with the request: with this, the same call may work (PR2). */
  readonly correction: ProfileCorrection | null;
  /** What may be meant where the server named nothing clearly: tried once, forgotten when it does not help. */
  readonly guess: ProfileCorrection | null;
  /** Tokens that the model takes, as the server said when it refused the prompt. */
  readonly contextTokens: number | null;
  /** Fewer attempts than usual: each took long, or the next is likely to end the same. Null: as many as there are. */
  readonly mostTries: number | null;
  /** After these attempts no later one is made either. */
  readonly isFinal: boolean;
  /** The server is there and its model is not yet: it is waited for as for a first token. */
  readonly isLoading: boolean;
}

export type UnusableKind = "broken" | "silent" | "bare" | "filtered" | "cut" | "overflow" | "empty";

/** A call that ended without an answer that could be used. */
export class UnusableAnswer extends Error {
  readonly kind: UnusableKind;

  constructor(message: string, kind: UnusableKind) {
    super(message);
    this.name = "UnusableAnswer";
    this.kind = kind;
  }
}

/** The end of a model call, after all its tries. */
export class CallError extends RuntimeFailure {
  readonly failure: CallFailure;

  constructor(failure: CallFailure, tries: number) {
    const { kind, message, retryAfterMs } = failure;
    super(tries > 1 ? `${message} (tried ${tries} times)` : message, {
      retry: kind === "passing" && !failure.isFinal,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
    this.name = "CallError";
    this.failure = failure;
  }

  get kind(): FailureKind {
    return this.failure.kind;
  }
}
