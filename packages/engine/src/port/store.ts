/**
 * The seam to what keeps state. Two implementations stand behind it: SQLite in packages/store, and the model in memory that
 * tests compare it with. Both pass the conformance suites beside the ports. There is one way to write, a unit.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Event } from "@reef/protocol/event";
import type { MemoryId, WorkerId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import type { Queries } from "./queries.ts";
import type { TurnUnit, Unit } from "./unit.ts";

export type Unsubscribe = () => void;

/** What a unit did. */
export interface Committed {
  /** Sequence number of the newest event in the store after this unit. */
  readonly seq: number;
  /** The unit's events in order: they carry every row it made or changed. */
  readonly events: readonly Event[];
  /** Messages that were there already under their idempotency key: nothing was sent for these (MB2). */
  readonly existing: readonly Message[];
  /** Memories that were not stored because another says the same (ME3). */
  readonly known: readonly KnownMemory[];
}

export interface KnownMemory {
  /** As it was given. */
  readonly id: MemoryId;
  /** The one that is there. */
  readonly sameAs: MemoryId;
}

/** A worker's right to run one turn. Only the newest claim of a turn may write (TU5). */
export interface Claim {
  readonly worker: WorkerId;
  /** With `fence`: the token of this claim. */
  readonly turn: Turn;
  readonly session: Session;
  readonly bot: Bot;
  /** The messages the turn has taken so far, in the order they were accepted. */
  readonly messages: readonly Message[];
  /** A turn that waited and goes on, a new one, or one whose worker died: its attempts have been counted up. */
  readonly reason: "new" | "ready" | "died";
  /** Deaths since its last step that it had together with other turns: its attempts do not count them (TU4). */
  readonly sharedDeaths: number;
}

export type TurnCommitted = { readonly state: "ok"; readonly committed: Committed } | { readonly state: "fenced" };

export interface Beat {
  /** Claims that are no longer ours: stop them at once. */
  readonly lost: readonly Claim[];
  /** Claims whose turn somebody asked to cancel. */
  readonly cancelled: readonly Claim[];
}

/** How long a claim holds without a beat, in milliseconds (TU7). */
export const leaseMs = 15_000;

/** Shared deaths from which a turn is a suspect: it runs again while no other suspect runs, and a death is its own (TU4). */
export const sharedDeathsMax = 2;

export interface Store extends AsyncDisposable {
  /** Why nothing can be saved at this moment, in a sentence for people; null when it can (SV1). */
  problem(): string | null;

  /**
   * Applies a unit from outside a turn; resolves when it is on disk (MB1). A unit that breaks a rule is rejected with
   * an `AppError` and changes nothing; other units are not affected.
   */
  commit(unit: Unit): Promise<Committed>;

  /**
   * Takes up to `max` turns that can run now, oldest first, each committed before it is returned: turns that died,
   * turns that waited and are ready, and new turns for idle sessions with queued messages (MB3, MB4). A new turn takes
   * the oldest message that is due and not held; with it, the ones up to a waiting interrupt or steer message, and the
   * results of spawned sessions directly behind a result. Their entries are appended and they are delivered. Sessions
   * of paused bots are left alone.
   *
   * What the asking worker holds itself has not died, however late its beats are. Turns that died with others of their
   * worker share the death; of those that share `sharedDeathsMax`, one is given at a time (TU4).
   *
   * With a signal, a claim that finds nothing may stay open: the commit that makes a turn claimable then takes the turn
   * as well, which saves a commit and two changes of threads. It is answered with none when the signal is aborted; a
   * store may do that at once.
   */
  claim(worker: WorkerId, max: number, at: IsoTime, signal?: AbortSignal): Promise<readonly Claim[]>;

  /** Renews the lease of these claims. */
  beat(claims: readonly Claim[], at: IsoTime): Promise<Beat>;

  /** Applies a unit of the claimed turn, or nothing when the claim is no longer the newest (TU5). Rejects like `commit`. */
  commitTurn(claim: Claim, unit: TurnUnit): Promise<TurnCommitted>;

  /** Called after a commit that may have made a turn claimable. A hint: callers poll too. */
  onWake(listener: () => void): Unsubscribe;

  /** Every committed event in order, right after its commit and before `commit` resolves (SY1). */
  onEvents(listener: (events: readonly Event[]) => void): Unsubscribe;

  readonly read: Queries;
}
