/** TU6: stops a session's turn and the work it spawned, within a second, and reports what could not be stopped. */

import { AppError } from "@reef/protocol/error";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { settleTask } from "../task/settle-task.ts";
import { cancelledByParent } from "../turn/settle.ts";
import { isStoreTrouble } from "../turn/store-trouble.ts";
import { sendResult } from "../turn/task-result.ts";
import { sessionWithDescendants } from "./tree.ts";

export interface CancelRequest {
  /** Who cancels, for the record: `person`, `deletion` … */
  readonly by: string;
  /** True to withdraw the messages that wait in the session's mailbox as well. */
  readonly queued?: boolean;
  /** Why, in the person's words. */
  readonly reason?: string | undefined;
  /** True for a spawned session whose mailbox a hold keeps: its waiting messages stay. */
  readonly keepsQueued?: ((session: Session) => boolean) | undefined;
}

export interface CancelReport {
  /** Sessions whose turn was stopped. */
  readonly cancelled: readonly SessionId[];
  /** Sessions that had nothing to stop. */
  readonly idle: readonly SessionId[];
  /** Sessions whose turn was asked to stop but still ran when the report was made. */
  readonly notStopped: readonly SessionId[];
}

/** Resolves when everything stopped, or after `cancelWaitMs`. Safe to call twice. */
export async function cancelSession(deps: Deps, id: SessionId, request: CancelRequest): Promise<CancelReport> {
  const target = await found(deps.store.read.session(id), "session", id);
  const sessions = await sessionWithDescendants(deps, target);
  const ops = (await Promise.all(sessions.map((session) => cancelOps(deps, session, { target, request })))).flat();
  const open = sessions.flatMap((session) => (session.turnId === null ? [] : [{ session, turnId: session.turnId }]));
  const stopped = watchTurns(
    deps,
    open.map((each) => each.turnId),
  );
  if (ops.length > 0) {
    await commitOps(deps, ...ops).catch((error: unknown) => {
      if (!isStoreTrouble(error) || open.length === 0) throw error;
      for (const { session, turnId } of open) deps.stopUnsaved?.(turnId, causeOf(session, { target, request }));
      throw new AppError(error.code, `${error.message} (what was running in Reef was stopped)`, { cause: error });
    });
  }
  const running = await stopped;
  return {
    cancelled: open.filter((each) => !running.has(each.turnId)).map((each) => each.session.id),
    idle: sessions.filter((session) => session.turnId === null).map((session) => session.id),
    notStopped: open.filter((each) => running.has(each.turnId)).map((each) => each.session.id),
  };
}

async function cancelOps(
  deps: Deps,
  session: Session,
  { target, request }: { readonly target: Session; readonly request: CancelRequest },
): Promise<readonly Op[]> {
  const isTarget = session.id === target.id;
  const { by, reason } = causeOf(session, { target, request });
  const ops: Op[] = [];
  // What a parent spawned is withdrawn with it; a person's own waiting messages only if requested.
  const isWithdrawn = !isTarget && request.keepsQueued?.(session) !== true;
  if (isWithdrawn || request.queued === true) ops.push({ op: "message.cancelQueued", sessionId: session.id, reason });
  const isWaiting = session.turnId !== null && (await deps.store.read.turn(session.turnId))?.state === "waiting";
  if (isTarget && (isWaiting || (session.turnId === null && request.queued === true)))
    ops.push(...(await leftTask(deps, session, reason)));
  if (session.turnId === null) return ops;
  ops.push({ op: "turn.cancel", turnId: session.turnId, by, reason });
  if (isTarget) ops.push(...(await owedResult(deps, session, { turnId: session.turnId, reason })));
  return ops;
}

function causeOf(
  session: Session,
  { target, request }: { readonly target: Session; readonly request: CancelRequest },
): { readonly by: string; readonly reason: string } {
  return session.id === target.id
    ? { by: request.by, reason: `cancelled by a ${request.by}${request.reason ? `: ${oneLine(request.reason)}` : ""}` }
    : { by: cancelledByParent, reason: "the session that spawned it was cancelled" };
}

/** No worker will settle the task of the board that the session works on, so the cancel does (TK4). */
async function leftTask(deps: Deps, session: Session, reason: string): Promise<readonly Op[]> {
  if (session.parentId !== null || session.contract === null) return [];
  const task = await deps.store.read.taskOfSession(session.id);
  if (task === null) return [];
  const at = { sessionId: session.id, at: msToIso(deps.clock.now()) };
  return settleTask(task, { state: "cancelled", text: reason }, at);
}

/** A waiting turn has no worker that could send its parent a result, so the cancel sends it. */
async function owedResult(
  deps: Deps,
  session: Session,
  { turnId, reason }: { readonly turnId: TurnId; readonly reason: string },
): Promise<readonly Op[]> {
  if (session.parentId === null || session.taskMessageId === null) return [];
  const [turn, task, bot] = await Promise.all([
    deps.store.read.turn(turnId),
    deps.store.read.message(session.taskMessageId),
    deps.store.read.bot(session.botId),
  ]);
  if (turn?.state !== "waiting" || task === null || task.answeredBy !== null || bot === null) return [];
  return [sendResult({ session, bot }, { task, turn, text: `The task was cancelled: ${reason}` })];
}

/**
 * Returns the turns of `ids` that still run after at most `cancelWaitMs`. Call before the cancel is committed, so that
 * no end is missed.
 */
function watchTurns(deps: Deps, ids: readonly TurnId[]): Promise<ReadonlySet<TurnId>> {
  const running = new Set(ids);
  if (running.size === 0) return Promise.resolve(running);
  return new Promise((resolve, reject) => {
    const timer = new AbortController();
    const unsubscribe = deps.store.onEvents((events) => {
      for (const event of events) {
        if (event.type === "turn.changed" && event.turn.endedAt !== null) running.delete(event.turn.id);
      }
      if (running.size === 0) timer.abort();
    });
    deps.clock
      .sleep(deps.settings.cancelWaitMs, timer.signal)
      .then(async () => {
        unsubscribe();
        for (const id of [...running]) {
          const turn = await deps.store.read.turn(id);
          if (turn === null || turn.endedAt !== null) running.delete(id);
        }
        resolve(running);
      })
      .catch(reject);
  });
}
