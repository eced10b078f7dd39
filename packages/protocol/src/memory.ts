/**
 * A memory: one thing a bot knows, with its source and how far that is to be trusted. A block is a small memory that
 * stands in every prompt. A grant lets another bot read; nothing lets it write (ME1).
 */
import { z } from "zod";
import { BotId, EntryId, MemoryId, SessionId, TurnId } from "./ids.ts";
import { GivenTime, IsoTime } from "./time.ts";

/** `entry`: a line of a conversation, kept word for word. */
export const MemoryKind = z.enum(["fact", "note", "summary", "document", "entry"]).meta({ id: "MemoryKind" });
export type MemoryKind = z.infer<typeof MemoryKind>;

/** Whose word it is. `tool`: born of a tool's output; it stays out of prompts until a person approves it (ME5). */
export const MemoryTrust = z.enum(["person", "bot", "session", "tool", "import"]).meta({ id: "MemoryTrust" });
export type MemoryTrust = z.infer<typeof MemoryTrust>;

/** Where it came from (ME2). */
export const MemorySource = z
  .discriminatedUnion("kind", [
    /** A person wrote it down. */
    z.object({ kind: z.literal("person") }),
    /** A line of a transcript. */
    z.object({ kind: z.literal("entry"), entryId: EntryId, sessionId: SessionId }),
    /** The bot saved it in a turn. */
    z.object({ kind: z.literal("turn"), turnId: TurnId, sessionId: SessionId }),
    /** The bot saved it in this session while its runtime worked on something that was not asked for here. */
    z.object({ kind: z.literal("session"), sessionId: SessionId }),
    z.object({ kind: z.literal("import"), name: z.string().max(200) }),
    /** Made of these, by summing up or by correcting. */
    z.object({ kind: z.literal("memories"), ids: z.array(MemoryId).max(100) }),
  ])
  .meta({ id: "MemorySource" });
export type MemorySource = z.infer<typeof MemorySource>;

/** Why it is put away. `suggested`: a consolidation proposes it; a person takes it in or leaves it away. `forgotten`: by a person or the bot. `undone`: a suggestion was taken back. The others by a sweep; all can be restored (ME7). */
export const ArchiveReason = z
  .enum(["suggested", "forgotten", "expired", "quota", "undone"])
  .meta({ id: "ArchiveReason" });
export type ArchiveReason = z.infer<typeof ArchiveReason>;

const Metadata = z.record(z.string().max(200), z.json()).refine((value) => JSON.stringify(value).length <= 16_000, {
  message: "expected metadata of at most 16,000 characters as JSON",
});

export const Memory = z
  .object({
    id: MemoryId,
    botId: BotId,
    kind: MemoryKind,
    text: z.string(),
    source: MemorySource,
    trust: MemoryTrust,
    /** A person let it into prompts although it came from a tool (ME5). */
    approvedAt: IsoTime.nullable(),
    /** 0 to 1. */
    importance: z.number(),
    /** Recalled in every turn, whatever is asked. */
    pinned: z.boolean(),
    speaker: z.string().nullable(),
    /** Lines of one conversation stand beside each other, in the order of `seq`. */
    conversation: z.string().nullable(),
    seq: z.number().nullable(),
    occurredAt: IsoTime.nullable(),
    validFrom: IsoTime,
    /** Null while it holds. */
    validTo: IsoTime.nullable(),
    /** What replaced it (ME4). */
    supersededBy: MemoryId.nullable(),
    expiresAt: IsoTime.nullable(),
    archivedAt: IsoTime.nullable(),
    archivedFor: ArchiveReason.nullable(),
    /** As it was given. */
    metadata: z.record(z.string(), z.json()),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Memory" });
export type Memory = z.infer<typeof Memory>;

/** Longest text of one memory, in UTF-16 units. */
export const maxMemoryLength = 100_000;
const maxMemoryItems = 1_000;

export const NewMemory = z
  .strictObject({
    text: z.string().trim().min(1).max(maxMemoryLength),
    kind: MemoryKind.optional(),
    /** Without it, a person's own word. */
    trust: MemoryTrust.optional(),
    source: z.strictObject({ kind: z.literal("import"), name: z.string().min(1).max(200) }).optional(),
    importance: z.number().min(0).max(1).optional(),
    pinned: z.boolean().optional(),
    speaker: z.string().trim().min(1).max(200).nullable().optional(),
    conversation: z.string().min(1).max(200).nullable().optional(),
    seq: z.int().min(0).nullable().optional(),
    occurredAt: GivenTime.nullable().optional(),
    validFrom: GivenTime.optional(),
    expiresAt: GivenTime.nullable().optional(),
    /** The memory that this one corrects: it stays, and ends where this one begins (ME4). */
    replaces: MemoryId.optional(),
    metadata: Metadata.optional(),
  })
  .meta({ id: "NewMemory" });
export type NewMemory = z.infer<typeof NewMemory>;

export const NewMemories = z
  .strictObject({ items: z.array(NewMemory).min(1).max(maxMemoryItems) })
  .meta({ id: "NewMemories" });
export type NewMemories = z.infer<typeof NewMemories>;

/** A new `text` makes a new memory that supersedes this one (ME4); the other fields change in place. */
export const MemoryPatch = z
  .strictObject({
    text: z.string().trim().min(1).max(maxMemoryLength).optional(),
    /** From when the new text holds; from now on when left out. */
    validFrom: GivenTime.optional(),
    importance: z.number().min(0).max(1).optional(),
    pinned: z.boolean().optional(),
    approved: z.boolean().optional(),
    expiresAt: GivenTime.nullable().optional(),
    metadata: Metadata.optional(),
    /** True puts it away, false takes it back. */
    archived: z.boolean().optional(),
  })
  .meta({ id: "MemoryPatch" });
export type MemoryPatch = z.infer<typeof MemoryPatch>;

/** `active`: holds now. `superseded`: replaced by another. `archived`: forgotten or swept, and to be had back. `suggested`: waits for a person to take it in. */
export const MemoryState = z.enum(["active", "superseded", "archived", "suggested", "all"]).meta({ id: "MemoryState" });
export type MemoryState = z.infer<typeof MemoryState>;

export const MemoryFilter = z.object({
  state: MemoryState.optional(),
  kind: MemoryKind.optional(),
  /** All but this kind. */
  without: MemoryKind.optional(),
  trust: MemoryTrust.optional(),
  pinned: z.boolean().optional(),
  /** Waits for a person's approval (ME5). */
  unapproved: z.boolean().optional(),
  sessionId: SessionId.optional(),
});
export type MemoryFilter = z.infer<typeof MemoryFilter>;

/** Why a memory was found (ME8). */
export const RecallWhy = z
  .object({
    /** Largest first; they add up to the score. */
    parts: z.array(z.object({ name: z.string(), value: z.number() })),
    /** Words of the question that the memory has. */
    matched: z.array(z.string()),
    related: z.array(z.object({ asked: z.string(), found: z.string() })),
    /** Memories beside it whose text counted. */
    neighbours: z.array(z.string()),
    time: z.object({ text: z.string(), from: IsoTime, to: IsoTime }).nullable(),
    /** How like the question's its meaning is, by the embedding model; left out when it was not compared. */
    meaning: z
      .object({
        /** -1 to 1; what is much differs from model to model. */
        likeness: z.number(),
        /** Far more like it than the bot's memories are on the whole: a reason by itself. */
        standsOut: z.boolean(),
      })
      .optional(),
    /** Of a turn's recall: why its meaning could not count, in words. */
    degraded: z.string().optional(),
  })
  .meta({ id: "RecallWhy" });
export type RecallWhy = z.infer<typeof RecallWhy>;

export const MemoryHit = z
  .object({
    memory: Memory,
    /** Comparable within one search only. */
    score: z.number(),
    why: RecallWhy,
    /** Of a line: the lines before and after it. */
    beside: z.array(z.object({ id: MemoryId, speaker: z.string().nullable(), text: z.string() })),
  })
  .meta({ id: "MemoryHit" });
export type MemoryHit = z.infer<typeof MemoryHit>;

export const MemorySearch = z
  .object({
    items: z.array(MemoryHit),
    /** Why meaning could not count although a model for it is set up, in words; null when nothing was left out. */
    degraded: z.string().nullable(),
  })
  .meta({ id: "MemorySearch" });
export type MemorySearch = z.infer<typeof MemorySearch>;

/** What a turn was given of the bot's memory, and why; the texts are the memories' own (ME6, ME8). */
export const Recalled = z
  .object({ memoryId: MemoryId, botId: BotId, score: z.number(), why: RecallWhy })
  .meta({ id: "Recalled" });
export type Recalled = z.infer<typeof Recalled>;

/** Which ones to forget: by id, by what they say, or by where they came from. */
export const ForgetRequest = z
  .strictObject({
    ids: z.array(MemoryId).min(1).max(1_000).optional(),
    query: z.string().trim().min(1).max(2_000).optional(),
    source: z
      .strictObject({ sessionId: SessionId.optional(), turnId: TurnId.optional(), import: z.string().optional() })
      .optional(),
    /** Says what would be forgotten, and forgets nothing. */
    dryRun: z.boolean().optional(),
    /** Deletes them for good, in place of putting them away (ME6). */
    hard: z.boolean().optional(),
  })
  .refine(({ ids, query, source }) => [ids, query, source].filter((part) => part !== undefined).length === 1, {
    message: "expected exactly one of ids, query and source",
  })
  .meta({ id: "ForgetRequest" });
export type ForgetRequest = z.infer<typeof ForgetRequest>;

export const ForgetReport = z
  .object({
    dryRun: z.boolean(),
    hard: z.boolean(),
    /** Of all that fit; `memories` shows the first 100 of them. */
    count: z.int(),
    memories: z.array(Memory.pick({ id: true, kind: true, text: true, source: true, trust: true })),
    /** Transcript lines that these came from: they stay where they are until their session is deleted. */
    transcripts: z.int(),
  })
  .meta({ id: "ForgetReport" });
export type ForgetReport = z.infer<typeof ForgetReport>;

export const MemoryStats = z
  .object({
    active: z.int(),
    superseded: z.int(),
    archived: z.int(),
    unapproved: z.int(),
    /** Memories a bot may keep before a sweep puts the least important away (ME7). */
    quota: z.int(),
    byKind: z.record(MemoryKind, z.int()),
    index: z.object({ rows: z.int(), sizeBytes: z.int(), inStep: z.boolean() }),
    /** How far memories can be compared by meaning; null when no model for it is set up. */
    embedding: z
      .object({
        model: z.string(),
        /** Memories with a vector of this model, of all that are to have one. */
        done: z.int(),
        of: z.int(),
        state: z.enum(["working", "idle", "failing"]),
        /** Why it is failing, in words. */
        error: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "MemoryStats" });
export type MemoryStats = z.infer<typeof MemoryStats>;

/** Two active memories that say much the same, or much the same and something else. */
export const MemoryOverlap = z
  .object({ kind: z.enum(["duplicate", "contradiction"]), memories: z.tuple([Memory, Memory]) })
  .meta({ id: "MemoryOverlap" });
export type MemoryOverlap = z.infer<typeof MemoryOverlap>;

export const SweepReport = z
  .object({ expired: z.int(), overQuota: z.int(), gone: z.int() })
  .meta({ id: "SweepReport" });
export type SweepReport = z.infer<typeof SweepReport>;

export const BlockLabel = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, "expected a label of at most 60 lowercase letters, digits, - and _");

/** A small memory that stands in every prompt of its bot. Only people write it (ME5). */
export const Block = z
  .object({
    botId: BotId,
    label: BlockLabel,
    text: z.string(),
    maxChars: z.int(),
    /** 1, 2, 3 … */
    version: z.int(),
    updatedAt: IsoTime,
  })
  .meta({ id: "Block" });
export type Block = z.infer<typeof Block>;

const maxBlockChars = 20_000;
export const maxBlocks = 20;

export const BlockPut = z
  .strictObject({
    text: z.string().max(maxBlockChars),
    /** 2,000 for a new block; as it was for one that is there (ME7). */
    maxChars: z.int().min(1).max(maxBlockChars).optional(),
    /** `conflict` unless this is the block's version now; 0 for a block that is not there yet. */
    ifVersion: z.int().min(0).optional(),
  })
  .meta({ id: "BlockPut" });
export type BlockPut = z.infer<typeof BlockPut>;

/** Bots that may read this bot's memory; they never write it (ME1). */
export const GrantList = z.strictObject({ readers: z.array(BotId).max(1_000) }).meta({ id: "GrantList" });
export type GrantList = z.infer<typeof GrantList>;

export const MemoryFormat = z.enum(["jsonl", "markdown"]).meta({ id: "MemoryFormat" });
export type MemoryFormat = z.infer<typeof MemoryFormat>;

export const MemoryImport = z
  .strictObject({
    format: MemoryFormat,
    text: z.string().min(1),
    /** Names the source of what is imported. */
    name: z.string().trim().min(1).max(200),
    /** Says what would come of it, and takes nothing in. */
    dryRun: z.boolean().optional(),
  })
  .meta({ id: "MemoryImport" });
export type MemoryImport = z.infer<typeof MemoryImport>;

export const ImportReport = z
  .object({
    added: z.int(),
    /** Known already (ME3). */
    known: z.int(),
    /** The first 100 of them. */
    refused: z.array(z.object({ line: z.int(), reason: z.string() })),
    dryRun: z.boolean(),
    /** Of a dry run, the first 100 that would be added, and the first 100 that are known. */
    preview: z.object({ added: z.array(z.string()), known: z.array(z.string()) }).nullable(),
  })
  .meta({ id: "ImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;
