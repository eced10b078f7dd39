/** Holds what the bots of the in-memory store know. */
import type { ConsolidationPolicy } from "@reef/protocol/consolidation";
import type { BotId, ConsolidationId, MemoryId, SessionId } from "@reef/protocol/ids";
import type { Block, Memory } from "@reef/protocol/memory";
import type { ConsolidationRecord } from "../port/consolidation.ts";

export interface MemoryRecord extends Memory {
  readonly version: number;
}

/** Records are replaced, never changed. */
export interface KnownState {
  readonly memories: Map<MemoryId, MemoryRecord>;
  readonly versions: Map<BotId, number>;
  readonly gone: Map<MemoryId, { readonly botId: BotId; readonly version: number }>;
  /** All versions, oldest first, by bot and label. */
  readonly blocks: Map<string, readonly Block[]>;
  readonly readers: Map<BotId, readonly BotId[]>;
  /** The last captured entry of each session. */
  readonly captured: Map<SessionId, number>;
  readonly vectors: Map<MemoryId, VectorRecord>;
  readonly embedded: Map<BotId, EmbeddedRecord>;
  readonly consolidations: Map<ConsolidationId, ConsolidationRecord>;
  readonly policies: Map<BotId, ConsolidationPolicy>;
}

export function emptyKnown(): KnownState {
  return {
    memories: new Map(),
    versions: new Map(),
    gone: new Map(),
    blocks: new Map(),
    readers: new Map(),
    captured: new Map(),
    vectors: new Map(),
    embedded: new Map(),
    consolidations: new Map(),
    policies: new Map(),
  };
}

export function copyKnown(known: KnownState): KnownState {
  return {
    memories: new Map(known.memories),
    versions: new Map(known.versions),
    gone: new Map(known.gone),
    blocks: new Map(known.blocks),
    readers: new Map(known.readers),
    captured: new Map(known.captured),
    vectors: new Map(known.vectors),
    embedded: new Map(known.embedded),
    consolidations: new Map(known.consolidations),
    policies: new Map(known.policies),
  };
}

export interface VectorRecord {
  readonly botId: BotId;
  readonly model: string;
  readonly version: number;
  readonly vector: Int8Array;
}

export interface EmbeddedRecord {
  readonly model: string;
  readonly through: number;
  readonly version: number;
}
