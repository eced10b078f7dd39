/**
 * Carries short texts between the workers of a fleet, beside the store: what is sent here is not state, and may be lost.
 * A store that is used by one worker alone has none.
 */

export interface LiveChannel {
  /** The most bytes of one text, in UTF-8. */
  readonly maxBytes: number;
  /** Contract: never rejects and never blocks. Texts of one sender arrive in their order, or not at all. */
  send(text: string): void;
  /** Calls the listener with each text of every worker, the own ones included. */
  onText(listener: (text: string) => void): () => void;
}
