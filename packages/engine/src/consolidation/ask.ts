/** Consolidates a bot's sessions now, because a person asks. */
import type { Consolidation } from "@reef/protocol/consolidation";
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import type { Deps } from "../deps.ts";
import { resolveConsolidation } from "./read.ts";

export interface Asked {
  /** The suggested memories. */
  readonly items: readonly Memory[];
  readonly consolidations: readonly Consolidation[];
}

/**
 * Throws `unavailable` if there is no index, or if the model gives no answer and too little was said to choose lines
 * from.
 */
export async function askConsolidation(deps: Deps, botId: BotId): Promise<Asked> {
  const { consolidator } = deps;
  if (consolidator === undefined) {
    throw new AppError("unavailable", "memories cannot be consolidated here: no index is set up");
  }
  const consolidations: Consolidation[] = [];
  for (const record of await consolidator.consolidate(botId)) {
    consolidations.push(await resolveConsolidation(deps, record));
  }
  const proposals = consolidations.flatMap(({ proposals }) => proposals);
  return {
    items: proposals.flatMap(({ memory }) => (memory?.archivedFor === "suggested" ? [memory] : [])),
    consolidations,
  };
}
