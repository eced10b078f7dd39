/**
 * Stands between a worker and its store: at the chosen write of a turn the worker freezes, as one that was killed or
 * stopped there. `wake` lets it go on, late, as a stopped process that is continued.
 */
import type { TurnId } from "@reef/protocol/ids";
import type { Store, TurnCommitted } from "../port/store.ts";

export interface DyingStore {
  readonly store: (store: Store) => Store;
  /** Resolves when it has frozen. */
  readonly frozen: Promise<void>;
  /** The turn whose write it was. */
  readonly frozenTurn: () => TurnId | null;
  wake(): void;
  /** Resolves with the store's answer to the write at which it froze, made when it was awake again. */
  readonly lateWrite: Promise<TurnCommitted>;
  /** Writes of turns so far. */
  readonly writes: () => number;
}

/** `isWritten`: whether the store still got that write, of which the worker then never heard. */
export function makeDyingStore({ at, isWritten }: { readonly at: number; readonly isWritten: boolean }): DyingStore {
  const freeze = Promise.withResolvers<void>();
  const late = Promise.withResolvers<TurnCommitted>();
  const woken = Promise.withResolvers<void>();
  let closeClaims = new AbortController();
  const state = { writes: 0, isFrozen: false, isAwake: false, turn: null as TurnId | null };
  /** Nothing of a frozen worker reaches the store. */
  const thawed = async () => {
    if (state.isFrozen) await woken.promise;
  };
  return {
    frozen: freeze.promise,
    frozenTurn: () => state.turn,
    lateWrite: late.promise,
    writes: () => state.writes,
    wake() {
      state.isAwake = true;
      closeClaims = new AbortController();
      woken.resolve();
    },
    store: (store) => ({
      ...store,
      commit: async (unit) => {
        await thawed();
        return await store.commit(unit);
      },
      claim: async (worker, max, time, signal) => {
        await thawed();
        // A claim that stays open says that its worker lives.
        const open = signal === undefined ? undefined : AbortSignal.any([signal, closeClaims.signal]);
        return await store.claim(worker, max, time, open);
      },
      beat: async (...beat) => {
        await thawed();
        return await store.beat(...beat);
      },
      commitTurn: async (claim, unit) => {
        await thawed();
        state.writes += 1;
        if (state.writes !== at || state.isAwake) return await store.commitTurn(claim, unit);
        state.isFrozen = true;
        state.turn = claim.turn.id;
        closeClaims.abort();
        if (!isWritten) {
          freeze.resolve();
          await woken.promise;
          const answered = await store.commitTurn(claim, unit);
          late.resolve(answered);
          return answered;
        }
        const committed = await store.commitTurn(claim, unit);
        freeze.resolve();
        await woken.promise;
        return committed;
      },
    }),
  };
}
