/** Applies the operations of a turn's unit to the in-memory state. */
import { AppError } from "@reef/protocol/error";
import type { TurnId } from "@reef/protocol/ids";
import { upToUrgent } from "../mailbox/taken.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { dueNow, isReady } from "../turn/ready.ts";
import { assertNoCircle } from "../turn/wait-circle.ts";
import { applyOp } from "./apply.ts";
import { releaseTurn } from "./budgets.ts";
import { change, dueOf, get, type MessageRecord, type ModelWork, touch } from "./state.ts";
import { addStep, isWaitOver, settleTurn, takeMessages, waitReads } from "./turns.ts";

export function applyTurnOp(work: ModelWork, id: TurnId, op: Op | TurnOp): void {
  const { state, at } = work;
  const turn = get(state.turns, id);
  const isAny = op.op === "turn.cancel" || op.op === "turn.crashed" || op.op === "turn.paid" || op.op === "turn.hurry";
  if (op.op.startsWith("turn.") && !isAny && turn.state !== "running") {
    throw new AppError("conflict", `${op.op} after the turn's end`);
  }
  switch (op.op) {
    case "turn.step":
      addStep(work, id, op.step);
      return;
    case "turn.join":
      takeMessages(work, id, upToUrgent(dueOf(state, turn.sessionId, at)));
      return;
    case "turn.take": {
      const found = [...new Set(op.messageIds)].map((each) => state.messages.get(each));
      const queued = found.filter((message) => message?.sessionId === turn.sessionId && message.state === "queued");
      takeMessages(work, id, queued as MessageRecord[]);
      return;
    }
    case "turn.crashed":
      change(state.turns, id, { crashReceipt: op.receipt });
      return;
    case "turn.remote":
      change(state.turns, id, {
        remote: op.remote,
        ...(op.isProgress === true ? { attempts: 0, sharedDeaths: 0 } : {}),
      });
      return;
    case "turn.recalled":
      state.recalled.set(id, op.recalled);
      return;
    case "turn.wait": {
      releaseTurn(work, id);
      assertNoCircle(turn.sessionId, op.waits, waitReads(state));
      const failed = op.failed === undefined ? {} : { attempts: turn.attempts + 1, error: op.failed };
      const waiting = {
        waits: op.waits.length,
        open: op.waits.filter((wait) => !isWaitOver(state, wait)).length,
        readyAt: op.readyAt,
        isCancelled: turn.cancelRequested !== null,
      };
      change(state.turns, id, {
        ...failed,
        state: "waiting",
        outOfBudget: op.outOfBudget,
        providerWait: op.providerWait ?? null,
        waits: [...op.waits],
        readyAt: op.readyAt,
        dueAt: isReady(waiting) ? dueNow : op.readyAt,
        worker: null,
        leaseUntilMs: null,
      });
      touch(work, turn.sessionId, {});
      return;
    }
    case "turn.settle":
      settleTurn(work, id, op);
      return;
    default:
      applyOp(work, op);
  }
}
