/** Declares one attempt of a call as the bots of a model share it, and what its end says of the model's provider. */

/** One attempt. The same object enters and leaves. */
export interface Caller {
  readonly botId: string;
  /** The turn, or the work outside turns, that wants the answer. */
  readonly turn: string;
  /** What the attempt will probably use, in tokens. */
  readonly tokens: number;
}

/**
 * `unreachable`: nothing answered. `failed`: something answered or began to, and broke. `refused`: the provider works,
 * and did not want this request. `stopped`: the call was ended from here, which says nothing.
 */
export type CallEnd =
  | { readonly type: "answered" }
  | { readonly type: "limited"; readonly retryAfterMs: number | null }
  | { readonly type: "unreachable" | "failed"; readonly reason: string }
  | { readonly type: "refused" | "stopped" };
