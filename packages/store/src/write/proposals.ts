/** Deletes proposals when memories or their bot are deleted (ME6). */
import type { BotId, MemoryId } from "@reef/protocol/ids";
import * as statements from "./consolidation-statements.ts";
import { all, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

/** Deletes proposals that name a deleted memory. */
export function* forgetProposals(work: Work, botId: BotId, memoryId: MemoryId): Write<void> {
  const proposals = yield* all(statements.proposalsNaming, { id: memoryId });
  for (const { id } of proposals) {
    yield* run(statements.deleteProposalEnds, { id });
    yield* run(statements.deleteProposal, { id });
  }
  for (const consolidationId of new Set(proposals.map((row) => row.consolidation_id))) {
    work.events.push({ type: "consolidation.changed", botId, consolidationId });
  }
}

export function* deleteConsolidationsOf(botId: BotId): Write<void> {
  const ofBot = { bot_id: botId };
  yield* run(statements.deleteAllProposalEnds, ofBot);
  yield* run(statements.deleteAllProposals, ofBot);
  yield* run(statements.deleteAllConsolidations, ofBot);
  yield* run(statements.deletePolicy, ofBot);
}
