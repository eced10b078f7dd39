/** Keeps in the in-memory store what a person stopped, and says what that covers (TU6). */
import { AppError } from "@reef/protocol/error";
import { type Hold, scopeKey } from "@reef/protocol/hold";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { HoldOp, HoldQueries } from "../port/holds.ts";
import type { HeldState } from "./held.ts";
import type { ModelState, ModelWork } from "./state.ts";

export function applyHoldOp(work: ModelWork, op: HoldOp): void {
  const { state, at } = work;
  if (op.op === "hold.put") {
    assertThere(state, op.hold.target);
    state.holds.delete(scopeKey(op.hold.scope));
    state.holds.set(scopeKey(op.hold.scope), { ...op.hold, at });
  } else {
    const ended = op.scopes?.map(scopeKey) ?? [...state.holds.keys()];
    if (ended.filter((key) => state.holds.delete(key)).length === 0) return;
  }
  tellHolds(work);
}

function tellHolds({ state, events }: ModelWork): void {
  events.push({ type: "holds.changed", held: [...state.holds.values()] });
}

/** A tree's hold follows the sessions that become roots of their own; those of what is gone end. */
export function passHolds(
  work: ModelWork,
  { id, rootId }: { readonly id: SessionId; readonly rootId: SessionId },
  orphans: readonly { readonly id: SessionId; readonly title: string }[],
): void {
  const { holds } = work.state;
  const before = holds.size;
  const ofTree = holds.get(`tree:${rootId}`);
  for (const orphan of orphans) {
    if (ofTree === undefined) break;
    const hold: Hold = { ...ofTree, scope: { kind: "tree", id: orphan.id }, target: orphan.id, name: orphan.title };
    holds.set(scopeKey(hold.scope), hold);
  }
  const isSame = holds.size === before;
  if (!dropHolds(work, id) && !isSame) tellHolds(work);
}

/** Returns true if there were any. */
export function dropHolds(work: ModelWork, target: SessionId | BotId): boolean {
  const { holds } = work.state;
  const gone = [...holds].filter(([, hold]) => hold.target === target).map(([key]) => key);
  for (const key of gone) holds.delete(key);
  if (gone.length > 0) tellHolds(work);
  return gone.length > 0;
}

export function holdQueries(current: () => HeldState): HoldQueries {
  return { holds: async () => [...current().holds.values()] };
}

function assertThere(state: ModelState, target: Hold["target"]): void {
  if (target === null) return;
  const isThere = state.bots.has(target as BotId) || state.sessions.has(target as SessionId);
  if (!isThere) throw new AppError("not_found", `there is nothing with the id ${target}`);
}
