/**
 * Defines the messages between the main thread and the writer thread. Bodies travel as JSON text, which is cheaper than
 * a deep copy.
 */
import type { ErrorCode, FieldError } from "@reef/protocol/error";
import type { BeatRequest, ClaimRequest, Stamped, WriteResult } from "../write/requests.ts";

export interface WriteFailure {
  /** Null for a bug, which is thrown as a plain error. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly fields: readonly FieldError[];
  /** True if the disk is to blame: others will fail as well. */
  readonly isDisk?: boolean;
}

export type WriteReply =
  | { readonly result: WriteResult; readonly eventCount: number }
  | { readonly failure: WriteFailure };

export interface WriterOptions {
  readonly file: string;
  /** How many of the newest events are kept. */
  readonly keepEvents: number;
  /** True if it replaces a dead thread: running turns keep their claims. */
  readonly isAgain: boolean;
}

/**
 * To the writer: JSON texts of requests, in the order they were made; a beat, which overtakes waiting requests so that
 * a live worker does not look dead behind its own data (TU7); a claim that stays open until something is claimable, or
 * until it is closed; the order to finish.
 */
export type ToWriter =
  | { readonly type: "write"; readonly requests: string }
  | { readonly type: "beat"; readonly number: number; readonly beat: Stamped<BeatRequest> }
  | { readonly type: "openClaim"; readonly claim: ClaimRequest }
  | { readonly type: "closeClaim" }
  | { readonly type: "close" };

/**
 * From the writer: replies in the order of the requests, then that of the open claim if it was answered, and all events
 * of the commit as one JSON list. A claim that stays open has events, too, if it noted a death.
 */
export type FromWriter =
  | { readonly type: "ready" }
  | { readonly type: "refused"; readonly failure: WriteFailure }
  | {
      readonly type: "written";
      readonly replies: string;
      readonly answersClaim: boolean;
      readonly events: string;
      /** The number of the last event that was committed. */
      readonly seq: number;
      readonly wake: boolean;
    }
  | { readonly type: "beaten"; readonly number: number; readonly reply: WriteReply }
  /** Says why nothing can be saved from now on; null when that is over. */
  | { readonly type: "health"; readonly problem: string | null }
  /** The open claim was closed before anything was claimable. */
  | { readonly type: "claimClosed" };
