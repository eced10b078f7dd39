/** Undoes an act: the operations that undo it are kept with the act itself and applied once, in one unit. */
import { AppError } from "@reef/protocol/error";
import type { UndoToken } from "@reef/protocol/ids";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";
import { readMany } from "./breathe.ts";

/** How long an act can be undone, in milliseconds. */
const undoMs = 24 * 3_600_000;

export interface Undo {
  readonly undo: UndoToken | null;
  readonly undoUntil: IsoTime | null;
}

/** Commits the act together with the operations that undo it. */
export async function commitWithUndo(deps: Deps, ops: readonly Op[], undoOps: readonly Op[]): Promise<Undo> {
  if (undoOps.length === 0) {
    await commitOps(deps, ...ops);
    return { undo: null, undoUntil: null };
  }
  const token = makeId("undo");
  const expiresAt = msToIso(deps.clock.now() + undoMs);
  await commitOps(deps, ...ops, { op: "undo.keep", token, ops: undoOps, expiresAt });
  return { undo: token, undoUntil: expiresAt };
}

/**
 * Throws `not_found` if it was used or is too old; `conflict`, having changed nothing, if something it would change is
 * gone.
 */
export async function undo(deps: Deps, token: UndoToken): Promise<void> {
  const kept = await deps.store.read.undo(token);
  if (kept === null || isoToMs(kept.expiresAt) <= deps.clock.now()) {
    throw new AppError("not_found", "this was already undone, or can no longer be undone");
  }
  await assertTopicsAreThere(deps, kept.ops);
  const ops = await withoutMissing(deps, kept.ops);
  await commitOps(deps, { op: "undo.take", token }, ...ops);
}

/** A session deleted since must not keep the others from being restored. */
async function withoutMissing({ store, clock }: Deps, ops: readonly Op[]): Promise<readonly Op[]> {
  const isThere = await readMany(clock, ops, async (op) => {
    const isOfSession = op.op === "session.change" || op.op === "session.read" || op.op === "session.unread";
    return !isOfSession || (await store.read.session(op.id)) !== null;
  });
  return ops.filter((_, at) => isThere[at]);
}

/** A deleted topic can be restored, and then this can be undone too. */
async function assertTopicsAreThere({ store }: Deps, ops: readonly Op[]): Promise<void> {
  const made = new Set(ops.flatMap((op) => (op.op === "topic.create" ? [op.id] : [])));
  const named = ops.flatMap((op) => (op.op === "session.change" && op.fields.topicId ? [op.fields.topicId] : []));
  for (const id of new Set(named)) {
    if (made.has(id) || (await store.read.topic(id)) !== null) continue;
    throw new AppError("conflict", "their topic has been deleted since: undo that first");
  }
}
