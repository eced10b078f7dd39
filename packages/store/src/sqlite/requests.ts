/** What the main thread and the writer thread say to each other. Bodies travel as JSON text: cheaper than a deep copy. */
import type { ErrorCode, FieldError } from "@reef/protocol/error";
import type { BeatRequest, ClaimRequest, Stamped, WriteResult } from "../write/requests.ts";

export interface WriteFailure {
  /** Null for a bug: it is thrown as a plain error. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly fields: readonly FieldError[];
  /** The disk is to blame: others will fail as well. */
  readonly isDisk?: boolean;
}

export type WriteReply =
  | { readonly result: WriteResult; readonly eventCount: number }
  | { readonly failure: WriteFailure };

export interface WriterOptions {
  readonly file: string;
  /** Newest events that are kept. */
  readonly keepEvents: number;
  /** It takes the place of a thread that ended: turns that run keep their claims. */
  readonly isAgain: boolean;
}

/**
 * To the writer: JSON texts of requests, in the order they were made; a beat, which goes past what waits, for a worker that lives is not to look dead
 * behind its own data (TU7); a claim that stays open until there is something to claim, or until it is closed; the order to finish.
 */
export type ToWriter =
  | { readonly type: "write"; readonly requests: string }
  | { readonly type: "beat"; readonly number: number; readonly beat: Stamped<BeatRequest> }
  | { readonly type: "openClaim"; readonly claim: ClaimRequest }
  | { readonly type: "closeClaim" }
  | { readonly type: "close" };

/**
 * From the writer: replies in the order of the requests, behind them the one of the open claim if it was answered, and
 * all their events as one JSON list.
 */
export type FromWriter =
  | { readonly type: "ready" }
  | { readonly type: "refused"; readonly failure: WriteFailure }
  | {
      readonly type: "written";
      readonly replies: string;
      readonly answersClaim: boolean;
      readonly events: string;
      readonly wake: boolean;
    }
  | { readonly type: "beaten"; readonly number: number; readonly reply: WriteReply }
  /** Why nothing can be saved from now on; null when that is over. */
  | { readonly type: "health"; readonly problem: string | null }
  /** The open claim was closed before there was anything to claim. */
  | { readonly type: "claimClosed" };
