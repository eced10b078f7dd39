/** What is left of proposals when memories or their bot are gone for good: nothing (ME6). */
import type { BotId, MemoryId } from "@reef/protocol/ids";
import * as statements from "./consolidation-statements.ts";
import type { Work } from "./work.ts";

/** Proposals that name a memory which is gone for good. */
export function forgetProposals(work: Work, botId: BotId, memoryId: MemoryId): void {
  const proposals = work.connection.all(statements.proposalsNaming, { id: memoryId });
  for (const { id } of proposals) {
    work.connection.run(statements.deleteProposalEnds, { id });
    work.connection.run(statements.deleteProposal, { id });
  }
  for (const consolidationId of new Set(proposals.map((row) => row.consolidation_id))) {
    work.events.push({ type: "consolidation.changed", botId, consolidationId });
  }
}

export function deleteConsolidationsOf(work: Work, botId: BotId): void {
  const of = { bot_id: botId };
  work.connection.run(statements.deleteAllProposalEnds, of);
  work.connection.run(statements.deleteAllProposals, of);
  work.connection.run(statements.deleteAllConsolidations, of);
  work.connection.run(statements.deletePolicy, of);
}
