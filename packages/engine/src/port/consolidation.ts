/**
 * Consolidations as a store keeps them. What a proposal adds is a memory that is put away as `suggested`, so its text
 * stands in one place only: deleting that memory, or one that it ends, deletes the proposal as well (ME6).
 */
import type { Consolidation, ConsolidationPolicy, Proposal, ProposalState } from "@reef/protocol/consolidation";
import type { BotId, ConsolidationId, MemoryId, ProposalId, SessionId } from "@reef/protocol/ids";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { MemorySeed } from "./memory-seed.ts";

export interface ProposalSeed extends Pick<Proposal, "id" | "action" | "reason"> {
  readonly memory: MemorySeed | null;
  readonly ends: readonly MemoryId[];
  /** The lines it was made of. */
  readonly sources: readonly MemoryId[];
}

export interface ConsolidationSeed extends Omit<Consolidation, "proposals" | "createdAt"> {
  readonly proposals: readonly ProposalSeed[];
}

export interface ProposalRecord
  extends Pick<Proposal, "id" | "action" | "state" | "reason" | "settledBy" | "settledAt"> {
  readonly memoryId: MemoryId | null;
  /** False when what it says was known already: that memory is neither taken in nor taken back with it. */
  readonly isNew: boolean;
  readonly ends: readonly MemoryId[];
  readonly sources: readonly MemoryId[];
}

export interface ConsolidationRecord extends Omit<Consolidation, "proposals"> {
  /** In the order they were made. */
  readonly proposals: readonly ProposalRecord[];
}

export type ConsolidationOp =
  /**
   * Keeps it, its memories put away as `suggested`, and counts its usage as the bot's. `conflict` when the session's memory is
   * off, or when a consolidation has seen entry `fromSeq` or a later one already. What is known already is not proposed to be
   * added; what would be ended and does not hold is left out; a proposal that then changes nothing is left out.
   */
  | { readonly op: "consolidation.save"; readonly consolidation: ConsolidationSeed }
  /** `conflict` unless it is in one of `from`. `sameAs`: the memory that says what it adds. */
  | {
      readonly op: "proposal.settle";
      readonly botId: BotId;
      readonly id: ProposalId;
      readonly from: readonly ProposalState[];
      readonly to: ProposalState;
      readonly by: "person" | "policy";
      readonly sameAs?: MemoryId | undefined;
    }
  /** Other words for a suggestion: it is no memory yet. `conflict` for anything else (ME4). */
  | { readonly op: "memory.reword"; readonly botId: BotId; readonly id: MemoryId; readonly text: string }
  /**
   * The active memory `by` takes the place of `ids`: each ends where `by` begins, or where it began itself when that is later,
   * and keeps its text (ME4). `conflict` unless all of them hold, and when one is pinned.
   */
  | { readonly op: "memory.replace"; readonly botId: BotId; readonly ids: readonly MemoryId[]; readonly by: MemoryId }
  /** Those of `ids` that `by` took the place of hold again, unless another memory says the same by now. */
  | { readonly op: "memory.reinstate"; readonly botId: BotId; readonly ids: readonly MemoryId[]; readonly by: MemoryId }
  | { readonly op: "memory.policy"; readonly botId: BotId; readonly consolidation: ConsolidationPolicy };

export interface ConsolidationQueries {
  /** Newest first; with `open`, those with a proposal that waits. */
  consolidations(
    botId: BotId,
    filter: { readonly open?: boolean | undefined },
    page: PageRequest,
  ): Promise<Page<ConsolidationRecord>>;
  consolidation(id: ConsolidationId): Promise<ConsolidationRecord | null>;
  /** The consolidation with the proposal that adds this memory. */
  consolidationAdding(id: MemoryId): Promise<ConsolidationRecord | null>;
  /** Up to which entry each session of the bot was looked at; sessions that never were are left out. */
  consolidatedThrough(botId: BotId): Promise<ReadonlyMap<SessionId, number>>;
  /** `propose` until a person says otherwise. */
  consolidationPolicy(botId: BotId): Promise<ConsolidationPolicy>;
}
