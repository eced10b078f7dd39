/** BO1: before each model call, what its chain has used is looked at. A turn of a chain past its bound waits, of a stopped one ends. */
import { allowedIn, askAboutChain } from "../mailbox/chain-bounds.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { settleCancelled } from "./settle.ts";

/** True when the turn waits or has ended. */
export async function pauseWithChain(open: OpenTurn): Promise<boolean> {
  const { deps, turn, session, bot } = open;
  const counts = await deps.store.read.chain(turn.chainId);
  if (counts.isStopped) {
    await commitStep(open, ...(await settleCancelled(open, { by: "person", reason: "a person stopped the chain" })));
    return true;
  }
  // A bot that was given more for one turn has it.
  const limit = Math.max(deps.settings.chainLimits.modelCalls, bot.limits.maxSteps ?? 0);
  if (counts.modelCalls < allowedIn(counts, limit)) return false;
  const done = `made ${counts.modelCalls} model calls`;
  const { askId, ops } = await askAboutChain(deps, { session, turnId: turn.id, chainId: turn.chainId, counts, done });
  await commitStep(open, ...ops, { op: "turn.wait", waits: [{ for: "ask", callId: null, askId }], readyAt: null });
  return true;
}
