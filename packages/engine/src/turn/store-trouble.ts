/**
 * SV1: a store in trouble is not the turn's fault. A unit that could not be saved is kept until the store writes again,
 * so that nothing paid for is lost and no attempt is counted; only the end of the worker ends the wait.
 */
import { AppError } from "@reef/protocol/error";
import type { Committed, TurnCommitted } from "../port/store.ts";
import type { Op, TurnOp, TurnUnit } from "../port/unit.ts";
import type { OpenTurn } from "./open-turn.ts";

/** True if the store cannot write now; the same unit may be tried again. */
export function isStoreTrouble(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === "storage_full" || error.code === "unavailable");
}

/** Like `store.commitTurn`, but waits for a store in trouble. */
export async function commitWhenPossible(open: OpenTurn, unit: TurnUnit): Promise<TurnCommitted> {
  const { deps, claim, workerEnds } = open;
  for (let isAgain = false; ; isAgain = true) {
    try {
      if (isAgain && (await isSaved(open, unit.ops))) return { state: "ok", committed: await reload(open) };
      return await deps.store.commitTurn(claim, unit);
    } catch (error) {
      if (!isStoreTrouble(error) || workerEnds.aborted) throw error;
      if (!isAgain) deps.log.warn({ error, turnId: claim.turn.id }, "a step waits for the store");
      do await deps.clock.sleep(deps.settings.pollMs, workerEnds);
      while (deps.store.problem() !== null && !workerEnds.aborted);
    }
  }
}

/** A writer that died may have saved the unit without answering. A unit is saved whole, so one trace of it suffices. */
async function isSaved({ deps, claim, turn: known }: OpenTurn, ops: readonly (Op | TurnOp)[]): Promise<boolean> {
  const turn = await deps.store.read.turn(claim.turn.id);
  if (turn === null || turn.fence !== claim.turn.fence) return false;
  for (const op of ops) {
    switch (op.op) {
      case "entry.append":
        return (await deps.store.read.entry(op.entry.id)) !== null;
      case "turn.step":
        return turn.steps > known.steps;
      case "turn.settle":
        return turn.endedAt !== null;
      case "turn.wait":
        return turn.state === "waiting";
      case "turn.remote":
        return JSON.stringify(turn.remote) === JSON.stringify(op.remote);
      default:
        break;
    }
  }
  return false;
}

/** Other listeners received the events of a unit saved without an answer, so the turn reads their content. */
async function reload(open: OpenTurn): Promise<Committed> {
  const { read } = open.deps.store;
  const [turn, session, entries] = await Promise.all([
    read.turn(open.turn.id),
    read.session(open.session.id),
    read.window(open.session.id),
  ]);
  if (turn !== null) open.turn = turn;
  if (session !== null) open.session = session;
  open.entries = entries;
  const messages = await Promise.all(open.turn.messageIds.map((id) => read.message(id)));
  open.messages = messages.filter((message) => message !== null);
  return { seq: 0, events: [], existing: [], known: [] };
}
