/** These calls handle the proposals to change a bot's memory. */
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
  /** Only those that still have an open proposal. */
  readonly open?: boolean;
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function consolidationCalls(send: Send) {
  const settle = (id: ConsolidationId, verb: "accept" | "reject" | "undo", body: ProposalAcceptance) =>
    send<ConsolidationOutcome>({ method: "POST", path: `/v1/consolidations/${id}/${verb}`, body });
  return {
    /**
     * Starts a consolidation now; this may take as long as the bot's model does. `items` are the memories suggested to
     * the model.
     */
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
    /** Accepts all open proposals, or those named by `ids`. `refused` lists what could not be done. */
    acceptProposals: (id: ConsolidationId, acceptance: ProposalAcceptance = {}) => settle(id, "accept", acceptance),
    rejectProposals: (id: ConsolidationId, choice: ProposalChoice = {}) => settle(id, "reject", choice),
    /** Undoes all accepted proposals, or those named by `ids`. */
    undoProposals: (id: ConsolidationId, choice: ProposalChoice = {}) => settle(id, "undo", choice),
    memoryPolicy: (botId: BotId, options?: CallOptions) =>
      send<MemoryPolicy>({ method: "GET", path: `/v1/bots/${botId}/memories/policy`, ...options }),
    putMemoryPolicy: (botId: BotId, policy: MemoryPolicy) =>
      send<MemoryPolicy>({ method: "PUT", path: `/v1/bots/${botId}/memories/policy`, body: policy }),
  };
}
