/** Reads and sets what a bot's memory may do without asking. */
import type { MemoryPolicy } from "@reef/protocol/consolidation";
import type { BotId } from "@reef/protocol/ids";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";

export async function putMemoryPolicy(
  deps: Deps,
  botId: BotId,
  { consolidation }: MemoryPolicy,
): Promise<MemoryPolicy> {
  await commitOps(deps, { op: "memory.policy", botId, consolidation });
  return { consolidation: await deps.store.read.consolidationPolicy(botId) };
}
