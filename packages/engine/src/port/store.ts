/**
 * A store keeps all state. Packages/store has two, on SQLite and on PostgreSQL; tests compare both with the in-memory
 * model, and all three pass the conformance suites beside the ports. A unit is the only way to write.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Event } from "@reef/protocol/event";
import type { MemoryId, WorkerId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import type { LiveChannel } from "./live-channel.ts";
import type { Queries } from "./queries.ts";
import type { TurnUnit, Unit } from "./unit.ts";
import type { Presence } from "./workers.ts";

export type Unsubscribe = () => void;

/** The outcome of a unit. */
export interface Committed {
  /** Sequence number of the newest event in the store after this unit. */
  readonly seq: number;
  /** The unit's events in order. They carry every row it created or changed. */
  readonly events: readonly Event[];
  /** Messages that already existed under their idempotency key, so that nothing was sent (MB2). */
  readonly existing: readonly Message[];
  /** Memories that were not stored because another one says the same (ME3). */
  readonly known: readonly KnownMemory[];
  /** The answer to the unit's beat of a worker, if it has one. */
  readonly presence?: Presence | undefined;
}

export interface KnownMemory {
  /** The id as it was given. */
  readonly id: MemoryId;
  /** The existing memory. */
  readonly sameAs: MemoryId;
}

/** A worker's right to run one turn. Only the newest claim of a turn may write (TU5). */
export interface Claim {
  readonly worker: WorkerId;
  /** Its `fence` is the token of this claim. */
  readonly turn: Turn;
  readonly session: Session;
  readonly bot: Bot;
  /** The messages the turn has taken so far, in the order they were accepted. */
  readonly messages: readonly Message[];
  /** `ready`: it waited and goes on. `died`: its worker died, and its attempts have been counted up. */
  readonly reason: "new" | "ready" | "died";
  /** Deaths since its last step that it shared with other turns. They are not counted as attempts (TU4). */
  readonly sharedDeaths: number;
}

export type TurnCommitted = { readonly state: "ok"; readonly committed: Committed } | { readonly state: "fenced" };

export interface Beat {
  /** Claims that another worker holds by now. Stop them immediately. */
  readonly lost: readonly Claim[];
  /** Claims whose turn someone asked to cancel. */
  readonly cancelled: readonly Claim[];
}

/** How long a claim holds without a beat, in milliseconds (TU7). */
export const leaseMs = 15_000;

/**
 * From this many shared deaths on, a turn is a suspect: it runs only while no other suspect runs, and a death is its
 * own (TU4).
 */
export const sharedDeathsMax = 2;

export interface Store extends AsyncDisposable {
  /** True if workers of other processes may use it: then they find each other by beats, and leases are short. */
  readonly isShared: boolean;
  /** Carries live text between the workers of a shared store. */
  readonly live?: LiveChannel | undefined;

  /** Returns why nothing can be saved at this moment, in a sentence for people; null if saving works (SV1). */
  problem(): string | null;

  /**
   * Applies a unit from outside a turn, and resolves when it is on disk (MB1). Contract: a unit that breaks a rule is
   * rejected with an `AppError` and changes nothing; other units are not affected.
   */
  commit(unit: Unit): Promise<Committed>;

  /**
   * Takes up to `max` turns that can run now, oldest first, each committed before it is returned: turns that died,
   * waiting turns that are ready, and new turns for idle sessions with queued messages (MB3, MB4). A new turn takes the
   * oldest message that is due and not held; with it, those up to a waiting interrupt or steer message, and the results
   * of spawned sessions directly behind a result. It appends their entries and marks them delivered. Sessions of paused
   * bots are skipped, and turns at a gateway whose line another worker holds, or none (FL5).
   *
   * Turns that the asking worker itself holds are not dead, however late its beats are. Turns that died with others of
   * their worker share the death; of those that share `sharedDeathsMax`, one is given out at a time (TU4).
   *
   * With a signal, a claim that finds nothing may stay open: the commit that makes a turn claimable then takes the turn
   * as well, which saves a commit and two changes of threads. It resolves to none when the signal aborts; a store may
   * also do so immediately.
   */
  claim(worker: WorkerId, max: number, at: IsoTime, signal?: AbortSignal): Promise<readonly Claim[]>;

  /** Renews the lease of these claims. */
  beat(claims: readonly Claim[], at: IsoTime): Promise<Beat>;

  /**
   * Applies a unit of the claimed turn. Changes nothing if the claim is no longer the newest (TU5). Rejects like
   * `commit`.
   */
  commitTurn(claim: Claim, unit: TurnUnit): Promise<TurnCommitted>;

  /** Calls the listener after a commit that may have made a turn claimable. This is a hint: callers poll too. */
  onWake(listener: () => void): Unsubscribe;

  /** Passes on every committed event in order, right after its commit and before `commit` resolves (SY1). */
  onEvents(listener: (events: readonly Event[]) => void): Unsubscribe;

  /**
   * Says that this worker slept for so long that events up to `seq` are gone (SY2), before it passes on what comes after
   * it. A listener reads again what it follows by events. A store that passes on every event never does.
   */
  onGap(listener: (seq: number) => void): Unsubscribe;

  readonly read: Queries;
}
