/**
 * Remembers who sent the request that is being handled, so that each change it commits says so in the audit (AU1). Work
 * that a request only wakes is not its own: listeners of the store run for nobody.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Store } from "@reef/engine/port/store";
import type { AuditActor } from "@reef/protocol/audit";
import type { Caller } from "./guard.ts";

const acting = new AsyncLocalStorage<AuditActor>();

/** Everything that `work` begins is done by this caller. */
export function actAs<Result>(caller: Caller, work: () => Result): Result {
  return acting.run(toActor(caller), work);
}

export function toActor(caller: Caller): AuditActor {
  return caller.kind === "token"
    ? { kind: "person", id: null, via: "token" }
    : { kind: "person", id: caller.login.id, via: "login" };
}

/** Returns the same store, whose units name who wants them. */
export function attributeCommits(store: Store): Store {
  const forNobody = <Args extends readonly unknown[]>(listener: (...args: Args) => void) => {
    return (...args: Args) => acting.exit(() => listener(...args));
  };
  return {
    read: store.read,
    isShared: store.isShared,
    live: store.live,
    problem: () => store.problem(),
    claim: (...claim) => store.claim(...claim),
    beat: (claims, at) => store.beat(claims, at),
    onWake: (listener) => store.onWake(forNobody(listener)),
    onEvents: (listener) => store.onEvents(forNobody(listener)),
    onGap: (listener) => store.onGap(forNobody(listener)),
    commit(unit) {
      const by = unit.by ?? acting.getStore();
      return store.commit(by === undefined ? unit : { ...unit, by });
    },
    commitTurn: (claim, unit) => store.commitTurn(claim, unit),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
