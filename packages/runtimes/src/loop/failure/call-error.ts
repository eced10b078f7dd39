/** Declares how a model call fails, for the code that decides what comes next. */
import { RuntimeFailure } from "@reef/engine/port/runtime";
import type { ProfileCorrection } from "../provider/profile.ts";

/**
 * `passing`: may work later. `overflow`: the prompt is longer than the model accepts. `answer`: this prompt gets no
 * usable answer. `unexplained`: as `answer`, and the server gave no reason. `malformed`: the provider refused the
 * model's own call, and the model may do better. `refused`: no prompt would get one (a wrong key, an unknown model, no
 * credit).
 */
export type FailureKind = "passing" | "overflow" | "answer" | "unexplained" | "malformed" | "refused";

export interface CallFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly retryAfterMs: number | null;
  /** What the server named as wrong with the request: with this, the same call may work (PR2). */
  readonly correction: ProfileCorrection | null;
  /** A possible meaning when the server named nothing clearly: tried once, forgotten when it does not help. */
  readonly guess: ProfileCorrection | null;
  /** The tokens that the model accepts, as the server said when it refused the prompt. */
  readonly contextTokens: number | null;
  /**
   * Fewer attempts than usual, because each took long or the next will probably end the same. Null: the usual number.
   */
  readonly mostTries: number | null;
  /** True when no attempt may follow these, not even a later one. */
  readonly isFinal: boolean;
  /** True when the server refused the call because of how many there are. */
  readonly isRateLimit: boolean;
  /** True when nothing answered at the address. */
  readonly isUnreachable: boolean;
  /** True when the server answers but its model is not loaded yet: it gets as long as a first token does. */
  readonly isLoading: boolean;
}

export type UnusableKind = "broken" | "silent" | "bare" | "filtered" | "cut" | "overflow" | "empty";

/** A call that ended without a usable answer. */
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
