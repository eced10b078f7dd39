/**
 * BU1: reserves the worst cost of each model call before it leaves, and pauses the turn at the end of its step if it does
 * not fit. A budget that is used up asks a person once, however many turns wait; one whose rest is held by calls under
 * way is tried again in a moment.
 */
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";
import { askAboutBudget } from "../budget/ask.ts";
import { worstToNeed } from "../budget/need.ts";
import { readBudgetFull } from "../budget/room.ts";
import { stopBudget } from "../budget/words.ts";
import type { CallNeed } from "../port/budget.ts";
import type { ReserveCall } from "../port/runtime.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { settleCancelled } from "./settle.ts";

/** How long a turn waits for calls under way before it tries again. */
const busyMs = 500;

/** A call did not fit a budget. Thrown through the runtime; the turn pauses. */
export class BudgetPause extends Error {
  readonly full: { readonly full: NonNullable<ReturnType<typeof readBudgetFull>>["full"]; readonly isBusy: boolean };
  readonly need: CallNeed;

  constructor(full: NonNullable<ReturnType<typeof readBudgetFull>>, need: CallNeed) {
    super("a budget has no room for this call");
    this.name = "BudgetPause";
    this.full = full;
    this.need = need;
  }
}

/** Returns what the runtime of this turn calls before each model call. */
export function reserveFor(open: OpenTurn): ReserveCall {
  return (worst) => reserve(open, worstToNeed(worst));
}

/** For runtimes whose calls are made elsewhere: only what is spent already counts. */
export async function checkBudgets(open: OpenTurn): Promise<void> {
  await reserve(open, { inputTokens: 0, outputTokens: 1, leastOutputTokens: 1, price: null });
}

async function reserve(open: OpenTurn, need: CallNeed): Promise<number | null> {
  const { deps, turn, session } = open;
  const spender = { botId: session.botId, sessionId: session.id, chainId: turn.chainId };
  if ((await deps.store.read.budgetsOver(spender)).length === 0) return null;
  try {
    await commitStep(open, { op: "budget.reserve", id: turn.id, spender, need, expiresAt: null });
  } catch (error) {
    const full = readBudgetFull(error);
    if (full === null) throw error;
    throw new BudgetPause(full, need);
  }
  return deps.store.read.reservedOutput(turn.id);
}

/** Gives the lane back until a person answers, the budget changes, or its next period begins. */
export async function pauseForBudget(open: OpenTurn, { full, need }: BudgetPause): Promise<void> {
  const { deps, session } = open;
  const later = (ms: number) => msToIso(deps.clock.now() + ms);
  const budget = full.isBusy ? null : await deps.store.read.budget(full.full);
  if (budget === null) {
    await commitStep(open, { op: "turn.wait", waits: [], readyAt: later(busyMs) });
    return;
  }
  const { outOfBudget, ops } = await askAboutBudget(deps, { budget, session, need });
  const waits = [{ for: "ask" as const, callId: null, askId: outOfBudget.askId }];
  try {
    await commitStep(open, ...ops, { op: "turn.wait", waits, readyAt: budget.until, outOfBudget });
  } catch (error) {
    // It was changed or deleted since, or its next period began.
    if (!(error instanceof AppError) || (error.code !== "conflict" && error.code !== "not_found")) throw error;
    await commitStep(open, { op: "turn.wait", waits: [], readyAt: later(0) });
  }
}

/** Ends the turn if a person stopped what waits for its budget. The waits of a turn that goes on are kept. */
export async function endIfBudgetStopped(open: OpenTurn): Promise<boolean> {
  if (open.claim.reason === "new") return false;
  for (const wait of open.turn.waits) {
    if (wait.for !== "ask" || wait.callId !== null) continue;
    const ask = await open.deps.store.read.ask(wait.askId);
    if (ask?.kind !== "budget" || ask.answer !== stopBudget) continue;
    await commitStep(
      open,
      ...(await settleCancelled(open, { by: "person", reason: "a budget is used up, and a person stopped it" })),
    );
    return true;
  }
  return false;
}
