/**
 * BO1: checks the usage of a turn's chain before each model call. A turn waits if its chain is past its bound, and ends
 * if it was stopped.
 */
import { usdWords } from "../budget/words.ts";
import { allowedIn, askAboutChain } from "../mailbox/chain-bounds.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { settleCancelled } from "./settle.ts";

/** Returns true if the turn waits or has ended. */
export async function pauseWithChain(open: OpenTurn): Promise<boolean> {
  const { deps, turn, session, bot } = open;
  const counts = await deps.store.read.chain(turn.chainId);
  if (counts.isStopped) {
    await commitStep(open, ...(await settleCancelled(open, { by: "person", reason: "a person stopped the chain" })));
    return true;
  }
  // A bot with a higher limit for one turn may use it.
  const limit = Math.max(deps.settings.chainLimits.modelCalls, bot.limits.maxSteps ?? 0);
  const isDear = counts.costUsd >= allowedIn(counts, deps.settings.chainLimits.costUsd);
  if (counts.modelCalls < allowedIn(counts, limit) && !isDear) return false;
  const cost = counts.costUsd > 0 ? ` for ${usdWords(counts.costUsd)}` : "";
  const done = `made ${counts.modelCalls} model ${counts.modelCalls === 1 ? "call" : "calls"}${cost}`;
  const { askId, ops } = await askAboutChain(deps, { session, turnId: turn.id, chainId: turn.chainId, counts, done });
  await commitStep(open, ...ops, { op: "turn.wait", waits: [{ for: "ask", callId: null, askId }], readyAt: null });
  return true;
}
