/** Defines requests to a writer as plain data, and applies each in a transaction. */
import type { Claim, KnownMemory } from "@reef/engine/port/store";
import type { TurnUnit, Unit } from "@reef/engine/port/unit";
import type { Presence } from "@reef/engine/port/workers";
import type { WorkerId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { IsoTime } from "@reef/protocol/time";
import { applyBeat, applyTurnUnit, applyUnit, type BeatPlaces, type ClaimToken } from "./apply.ts";
import { claimTurns, toClaims } from "./claim.ts";
import { numbers, type Write } from "./steps.ts";
import { finishWork, type RowCache, startWork } from "./work.ts";

export interface BeatRequest {
  readonly type: "beat";
  readonly tokens: readonly ClaimToken[];
  readonly at: IsoTime;
}

/**
 * `steadyMs`: the worker's steady clock at the request, by which leases are measured however the time of day is set
 * (TU7).
 */
export type Stamped<Request> = Request & { readonly steadyMs: number };
export type WriteRequest = Stamped<
  | { readonly type: "commit"; readonly unit: Unit }
  | { readonly type: "claim"; readonly worker: WorkerId; readonly max: number; readonly at: IsoTime }
  | BeatRequest
  | { readonly type: "turn"; readonly token: ClaimToken; readonly unit: TurnUnit }
>;
export type ClaimRequest = Extract<WriteRequest, { readonly type: "claim" }>;

/** Has the results of a claim, of a beat, and of a turn's unit. */
export interface WriteResult {
  readonly seq: number;
  readonly existing: readonly Message[];
  readonly known: readonly KnownMemory[];
  readonly claims?: readonly Claim[];
  readonly beat?: BeatPlaces;
  readonly fenced?: boolean;
  readonly presence?: Presence | undefined;
}

export interface Applied {
  readonly result: WriteResult;
  /** JSON texts of the events, as they were stored. */
  readonly events: readonly string[];
  readonly wake: boolean;
}

/** Must run in a transaction, or a savepoint, that is undone if it throws; the rows in `cache` must then be dropped. */
export function* applyRequest(cache: RowCache, request: WriteRequest): Write<Applied> {
  const { steadyMs } = request;
  switch (request.type) {
    case "commit": {
      const work = startWork(cache, { at: request.unit.at, steadyMs });
      yield* applyUnit(work, request.unit);
      const { events, wake, ...result } = yield* finishWork(work);
      return { result, events, wake };
    }
    case "turn": {
      const work = startWork(cache, { at: request.unit.at, steadyMs });
      const isApplied = yield* applyTurnUnit(work, request.token, request.unit);
      const { events, wake, ...result } = yield* finishWork(work);
      return { result: { ...result, fenced: !isApplied }, events, wake };
    }
    case "claim": {
      const work = startWork(cache, { at: request.at, steadyMs });
      const taken = yield* claimTurns(work, request.worker, request.max);
      const { events, seq } = yield* finishWork(work);
      const claims = yield* toClaims(work, taken, request.worker);
      // A claim takes work away, so there is nothing to wake for.
      return { result: { seq, existing: [], known: [], claims }, events, wake: false };
    }
    case "beat": {
      const work = startWork(cache, { at: request.at, steadyMs });
      const beat = yield* applyBeat(work, request.tokens);
      const seq = (yield* numbers("event", 0)) - 1;
      return { result: { seq, existing: [], known: [], beat }, events: [], wake: false };
    }
    default: {
      const other: never = request;
      throw new Error(`unexpected request: ${JSON.stringify(other)}`);
    }
  }
}
