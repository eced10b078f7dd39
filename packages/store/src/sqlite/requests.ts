/** What the main thread and the writer thread say to each other. Bodies travel as JSON text: cheaper than a deep copy. */
import type { Claim, KnownMemory } from "@reef/engine/port/store";
import type { TurnUnit, Unit } from "@reef/engine/port/unit";
import type { ErrorCode, FieldError } from "@reef/protocol/error";
import type { WorkerId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { IsoTime } from "@reef/protocol/time";
import type { BeatPlaces, ClaimToken } from "../write/apply.ts";

/** Goes past what waits, for a worker that lives is not to look dead behind its own data (TU7). */
export interface BeatRequest {
  readonly type: "beat";
  readonly tokens: readonly ClaimToken[];
  readonly at: IsoTime;
}

/** `steadyMs`: the main thread's steady clock as it was asked; leases are measured by it, however the time of day is set (TU7). */
export type Stamped<Request> = Request & { readonly steadyMs: number };
export type WriteRequest = Stamped<
  | { readonly type: "commit"; readonly unit: Unit }
  | { readonly type: "claim"; readonly worker: WorkerId; readonly max: number; readonly at: IsoTime }
  | BeatRequest
  | { readonly type: "turn"; readonly token: ClaimToken; readonly unit: TurnUnit }
>;

/** Of a claim, of a beat, of a turn's unit. */
export interface WriteResult {
  readonly seq: number;
  readonly existing: readonly Message[];
  readonly known: readonly KnownMemory[];
  readonly claims?: readonly Claim[];
  readonly beat?: BeatPlaces;
  readonly fenced?: boolean;
}

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

export type ClaimRequest = Extract<WriteRequest, { readonly type: "claim" }>;

export interface WriterOptions {
  readonly file: string;
  /** Newest events that are kept. */
  readonly keepEvents: number;
  /** It takes the place of a thread that ended: turns that run keep their claims. */
  readonly isAgain: boolean;
}

/**
 * To the writer: JSON texts of requests, in the order they were made; a beat, which goes before them; a claim that stays open until there is something
 * to claim, or until it is closed; the order to finish.
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
