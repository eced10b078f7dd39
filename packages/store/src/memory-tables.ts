/** Defines the stored rows of what bots know: memories, their vectors, blocks, grants and consolidations. */
import type { Consolidation, ConsolidationPolicy, Proposal } from "@reef/protocol/consolidation";
import type { BotId, ConsolidationId, EntryId, MemoryId, ProposalId, SessionId, TurnId } from "@reef/protocol/ids";
import type { ArchiveReason, Memory } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";
import type { ColumnsOf } from "./fields/codec.ts";
import type { memoryCodecs, memoryOriginCodecs } from "./fields/memory.ts";
import type { Flag } from "./flag.ts";

/** A bot as the owner of memories: a short number for it, and the version of the newest change of any of them. */
export interface MemoryOwnerRow {
  bot_id: BotId;
  version: number;
}

/** Null stands for the most ordinary value: a memory must stay small. */
export interface MemoryFacts {
  id: MemoryId;
  owner: number;
  version: number;
  /** Null for a line of a transcript, whose entry has it. */
  text: string | null;
  entry_id: EntryId | null;
  /** Null for a person, and for a line of a transcript. */
  source: string | null;
  trust: Memory["trust"];
  conversation: number | null;
  /** Null for `created_at`. */
  valid_from: IsoTime | null;
  valid_to: IsoTime | null;
  superseded_by: MemoryId | null;
  archived_at: IsoTime | null;
  archived_for: ArchiveReason | null;
  /** Null for a line of a transcript. */
  same_key: string | null;
  created_at: IsoTime;
  /** Null for `created_at`. */
  updated_at: IsoTime | null;
}

export type MemoryRow = MemoryFacts & ColumnsOf<typeof memoryCodecs> & ColumnsOf<typeof memoryOriginCodecs>;

/** Records that a memory was deleted, and nothing else of it (ME6). */
export interface GoneMemoryRow {
  owner: number;
  version: number;
  id: MemoryId;
}

/** How far an owner's memories have vectors. */
export interface EmbeddedRow {
  owner: number;
  model: number;
  through: number;
  version: number;
}

export interface VectorRow {
  /** The memory's number. */
  memory: number;
  owner: number;
  model: number;
  version: number;
  vector: Uint8Array;
}

export interface ConversationRow {
  owner: number;
  name: string;
}

export interface RecallRow {
  turn_id: TurnId;
  place: number;
  memory_id: MemoryId;
  bot_id: BotId;
  score: number;
  why: string;
}

/** One version of a block; the newest is the block. */
export interface BlockRow {
  bot_id: BotId;
  label: string;
  version: number;
  text: string;
  max_chars: number;
  at: IsoTime;
}

export interface GrantRow {
  owner_id: BotId;
  reader_id: BotId;
}

export interface ConsolidationRow {
  id: ConsolidationId;
  bot_id: BotId;
  session_id: SessionId;
  cause: Consolidation["cause"];
  made_by: Consolidation["by"];
  model: string | null;
  note: string | null;
  from_seq: number;
  through_seq: number;
  usage: string;
  created_at: IsoTime;
}

export interface ProposalRow {
  id: ProposalId;
  consolidation_id: ConsolidationId;
  bot_id: BotId;
  action: Proposal["action"];
  state: Proposal["state"];
  memory_id: MemoryId | null;
  /** 0 if what it says was known already. */
  is_new: Flag;
  sources: string;
  reason: string;
  settled_by: Proposal["settledBy"];
  settled_at: IsoTime | null;
}

export interface ProposalEndRow {
  proposal_id: ProposalId;
  memory_id: MemoryId;
}

/** A bot without a row has the policy `propose`. */
export interface MemoryPolicyRow {
  bot_id: BotId;
  consolidation: ConsolidationPolicy;
}
