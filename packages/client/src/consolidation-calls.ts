/** Calls about what is proposed to become of a bot's memory. */
import type {
  Consolidation,
  ConsolidationOutcome,
  MemoryPolicy,
  ProposalAcceptance,
  ProposalChoice,
} from "@reef/protocol/consolidation";
import type { BotId, ConsolidationId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export interface ConsolidationsQuery {
  /** Those with a proposal that waits. */
  readonly open?: boolean;
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function consolidationCalls(send: Send) {
  const settle = (id: ConsolidationId, verb: "accept" | "reject" | "undo", body: ProposalAcceptance) =>
    send<ConsolidationOutcome>({ method: "POST", path: `/v1/consolidations/${id}/${verb}`, body });
  return {
    /** Looks now; may take as long as the bot's model does. `items` are the memories that are suggested. */
    consolidateMemories: (botId: BotId) =>
      send<{ readonly items: readonly Memory[]; readonly consolidations: readonly Consolidation[] }>({
        method: "POST",
        path: `/v1/bots/${botId}/memories/consolidate`,
      }),
    /** Newest first. */
    consolidations: (botId: BotId, query: ConsolidationsQuery = {}, options?: CallOptions) =>
      send<Page<Consolidation>>({
        method: "GET",
        path: `/v1/bots/${botId}/consolidations`,
        query: { ...query },
        ...options,
      }),
    consolidation: (id: ConsolidationId, options?: CallOptions) =>
      send<Consolidation>({ method: "GET", path: `/v1/consolidations/${id}`, ...options }),
    /** All that are open, unless `ids` says which. What could not be done is in `refused`. */
    acceptProposals: (id: ConsolidationId, acceptance: ProposalAcceptance = {}) => settle(id, "accept", acceptance),
    rejectProposals: (id: ConsolidationId, choice: ProposalChoice = {}) => settle(id, "reject", choice),
    /** All that are accepted, unless `ids` says which. */
    undoProposals: (id: ConsolidationId, choice: ProposalChoice = {}) => settle(id, "undo", choice),
    memoryPolicy: (botId: BotId, options?: CallOptions) =>
      send<MemoryPolicy>({ method: "GET", path: `/v1/bots/${botId}/memories/policy`, ...options }),
    putMemoryPolicy: (botId: BotId, policy: MemoryPolicy) =>
      send<MemoryPolicy>({ method: "PUT", path: `/v1/bots/${botId}/memories/policy`, body: policy }),
  };
}
