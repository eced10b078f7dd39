/**
 * Defines how a store keeps consolidations. The memory that a proposal adds is stored archived, as `suggested`, so its
 * text exists in one place only: deleting that memory, or a memory it ends, deletes the proposal as well (ME6).
 */
import type { Consolidation, ConsolidationPolicy, Proposal, ProposalState } from "@reef/protocol/consolidation";
import type { BotId, ConsolidationId, MemoryId, ProposalId, SessionId } from "@reef/protocol/ids";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { MemorySeed } from "./memory-seed.ts";

export interface ProposalSeed extends Pick<Proposal, "id" | "action" | "reason"> {
  readonly memory: MemorySeed | null;
  readonly ends: readonly MemoryId[];
  /** The conversation lines that the proposal was made from. */
  readonly sources: readonly MemoryId[];
}

export interface ConsolidationSeed extends Omit<Consolidation, "proposals" | "createdAt"> {
  readonly proposals: readonly ProposalSeed[];
}

export interface ProposalRecord
  extends Pick<Proposal, "id" | "action" | "state" | "reason" | "settledBy" | "settledAt"> {
  readonly memoryId: MemoryId | null;
  /** False if the bot already knew what the proposal says: accepting or undoing then leaves that memory alone. */
  readonly isNew: boolean;
  readonly ends: readonly MemoryId[];
  readonly sources: readonly MemoryId[];
}

export interface ConsolidationRecord extends Omit<Consolidation, "proposals"> {
  /** In order of creation. */
  readonly proposals: readonly ProposalRecord[];
}

export type ConsolidationOp =
  /**
   * Stores the consolidation with its memories archived as `suggested`, and counts its usage as the bot's. Throws
   * `conflict` if the session's memory is off, or if a consolidation has already seen entry `fromSeq` or a later one.
   * Drops additions that are already known, endings of memories that do not hold, and proposals that are left without
   * effect.
   */
  | { readonly op: "consolidation.save"; readonly consolidation: ConsolidationSeed }
  /**
   * Throws `conflict` unless the proposal is in one of the states `from`. `sameAs` is the existing memory that says
   * what the proposal adds.
   */
  | {
      readonly op: "proposal.settle";
      readonly botId: BotId;
      readonly id: ProposalId;
      readonly from: readonly ProposalState[];
      readonly to: ProposalState;
      readonly by: "person" | "policy";
      readonly sameAs?: MemoryId | undefined;
    }
  /** Changes the text of a suggestion, which is not a memory yet. Throws `conflict` for anything else (ME4). */
  | { readonly op: "memory.reword"; readonly botId: BotId; readonly id: MemoryId; readonly text: string }
  /**
   * The active memory `by` replaces `ids`: each ends where `by` begins, or where it began itself if that is later, and
   * keeps its text (ME4). Throws `conflict` unless all of them hold and none is pinned.
   */
  | { readonly op: "memory.replace"; readonly botId: BotId; readonly ids: readonly MemoryId[]; readonly by: MemoryId }
  /** Makes the memories in `ids` that `by` replaced hold again, unless another memory says the same by now. */
  | { readonly op: "memory.reinstate"; readonly botId: BotId; readonly ids: readonly MemoryId[]; readonly by: MemoryId }
  | { readonly op: "memory.policy"; readonly botId: BotId; readonly consolidation: ConsolidationPolicy };

export interface ConsolidationQueries {
  /** Newest first. `open` selects those with a pending proposal. */
  consolidations(
    botId: BotId,
    filter: { readonly open?: boolean | undefined },
    page: PageRequest,
  ): Promise<Page<ConsolidationRecord>>;
  consolidation(id: ConsolidationId): Promise<ConsolidationRecord | null>;
  /** Returns the consolidation whose proposal adds this memory. */
  consolidationAdding(id: MemoryId): Promise<ConsolidationRecord | null>;
  /** Returns the last entry consolidated in each session of the bot. Sessions never consolidated are left out. */
  consolidatedThrough(botId: BotId): Promise<ReadonlyMap<SessionId, number>>;
  /** Returns `propose` until a person sets a policy. */
  consolidationPolicy(botId: BotId): Promise<ConsolidationPolicy>;
}
