/** Does what every verb needs: commit a unit at the present time, and insist that a noun exists. */
import { AppError } from "@reef/protocol/error";
import type { Event, EventType } from "@reef/protocol/event";
import { msToIso } from "@reef/protocol/time";
import type { Deps } from "./deps.ts";
import type { Committed } from "./port/store.ts";
import type { Op } from "./port/unit.ts";

/** Commits the operations as one unit; resolves when they are on disk. */
export function commitOps(deps: Deps, ...ops: readonly Op[]): Promise<Committed> {
  return deps.store.commit({ at: msToIso(deps.clock.now()), ops });
}

/** True if the store itself failed, which is no outcome of the request. */
export function isStoreFailure(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === "unavailable" || error.code === "storage_full";
}

/** The newest event of a type in a commit, for the verb that caused it. */
export function lastEvent<Type extends EventType>(committed: Committed, type: Type): Extract<Event, { type: Type }> {
  const found = committed.events.findLast((event) => event.type === type);
  if (found === undefined) throw new Error(`expected a ${type} event in the commit`);
  return found as Extract<Event, { type: Type }>;
}

/** Returns `value`, or throws `not_found` with the noun and the id. */
export async function found<Value>(value: Promise<Value | null>, noun: string, id: string): Promise<Value> {
  const present = await value;
  if (present === null) throw new AppError("not_found", `no ${noun} has the id ${id}`);
  return present;
}
