/** Maps the given fields of a memory to its row. Null stands for the most ordinary value: a memory must stay small. */
import type { MemorySeed } from "@reef/engine/port/memory-seed";
import type { MemoryFields } from "@reef/engine/port/unit";
import type { Memory } from "@reef/protocol/memory";
import { type Codec, type Codecs, flag, plain } from "./codec.ts";

const ordinaryImportance = 0.5;

const importance: Codec<number, { importance: number | null }> = {
  columns: ["importance"],
  toColumns: (value) => ({ importance: value === ordinaryImportance ? null : value }),
  toValue: (row) => row.importance ?? ordinaryImportance,
};

const metadata: Codec<Memory["metadata"], { metadata: string | null }> = {
  columns: ["metadata"],
  toColumns: (value) => ({ metadata: Object.keys(value).length === 0 ? null : JSON.stringify(value) }),
  toValue: (row) => (row.metadata === null ? {} : JSON.parse(row.metadata)),
};

/** The fields that change in place. */
export const memoryCodecs = {
  importance,
  pinned: flag("pinned"),
  approvedAt: plain("approved_at"),
  expiresAt: plain("expires_at"),
  metadata,
} satisfies Codecs<MemoryFields>;

/**
 * The fields given once. For the other fields of a seed, rows/memory.ts says how they follow from more than the row.
 */
export const memoryOriginCodecs = {
  kind: plain("kind"),
  speaker: plain("speaker"),
  seq: plain("seq"),
  occurredAt: plain("occurred_at"),
} satisfies Codecs<
  Omit<
    Pick<MemorySeed, keyof MemorySeed & keyof Memory>,
    keyof MemoryFields | "id" | "text" | "source" | "trust" | "conversation" | "validFrom"
  >
>;
