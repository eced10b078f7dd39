/** Refuses what a job of the fleet writes after its lease went to another worker (FL2), however late it writes it. */
import type { Store } from "../port/store.ts";
import type { Lease } from "../port/workers.ts";

/** Returns the store for the job that holds this lease: each unit is refused with `conflict` once it does not. */
export function fencedStore(store: Store, lease: Lease): Store {
  return {
    ...store,
    commit: ({ at, ops }) => store.commit({ at, ops: [{ op: "lease.check", lease }, ...ops] }),
  };
}
