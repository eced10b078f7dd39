/**
 * A memory is one thing a bot knows, with its source and its trust. A block is a small memory that is in every prompt.
 * A grant lets another bot read; nothing lets it write (ME1).
 */
import { z } from "zod";
import { BotId, EntryId, MemoryId, SessionId, TurnId } from "./ids.ts";
import { GivenTime, IsoTime } from "./time.ts";

/** `entry`: a line of a conversation, kept word for word. */
export const MemoryKind = z.enum(["fact", "note", "summary", "document", "entry"]).meta({ id: "MemoryKind" });
export type MemoryKind = z.infer<typeof MemoryKind>;

/** Says whose word it is. `tool`: born of a tool's output; it stays out of prompts until a person approves it (ME5). */
export const MemoryTrust = z.enum(["person", "bot", "session", "tool", "import"]).meta({ id: "MemoryTrust" });
export type MemoryTrust = z.infer<typeof MemoryTrust>;

/** Says where it came from (ME2). */
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
    /** Made from these by summarising or correcting. */
    z.object({ kind: z.literal("memories"), ids: z.array(MemoryId).max(100) }),
  ])
  .meta({ id: "MemorySource" });
export type MemorySource = z.infer<typeof MemorySource>;

/**
 * Says why it is archived. `suggested`: a consolidation proposes it, and a person accepts or rejects it. `forgotten`:
 * by a person or the bot. `undone`: a suggestion was undone. The others by a sweep; all can be restored (ME7).
 */
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
    /** When a person let it into prompts although it came from a tool (ME5). */
    approvedAt: IsoTime.nullable(),
    /** 0 to 1. */
    importance: z.number(),
    /** Recalled in every turn, whatever the question. */
    pinned: z.boolean(),
    speaker: z.string().nullable(),
    /** Lines of one conversation are neighbours, in the order of `seq`. */
    conversation: z.string().nullable(),
    seq: z.number().nullable(),
    occurredAt: IsoTime.nullable(),
    validFrom: IsoTime,
    /** Null while it holds. */
    validTo: IsoTime.nullable(),
    /** The memory that replaced it (ME4). */
    supersededBy: MemoryId.nullable(),
    expiresAt: IsoTime.nullable(),
    archivedAt: IsoTime.nullable(),
    archivedFor: ArchiveReason.nullable(),
    /** Unchanged, as it was given. */
    metadata: z.record(z.string(), z.json()),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Memory" });
export type Memory = z.infer<typeof Memory>;

/** The longest text of one memory, in UTF-16 units. */
export const maxMemoryLength = 100_000;
const maxMemoryItems = 1_000;

export const NewMemory = z
  .strictObject({
    text: z.string().trim().min(1).max(maxMemoryLength),
    kind: MemoryKind.optional(),
    /** A person's own word if left out. */
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
    /** The time from which the new text holds; now if left out. */
    validFrom: GivenTime.optional(),
    importance: z.number().min(0).max(1).optional(),
    pinned: z.boolean().optional(),
    approved: z.boolean().optional(),
    expiresAt: GivenTime.nullable().optional(),
    metadata: Metadata.optional(),
    /** True archives it, false restores it. */
    archived: z.boolean().optional(),
  })
  .meta({ id: "MemoryPatch" });
export type MemoryPatch = z.infer<typeof MemoryPatch>;

/**
 * `active`: holds now. `superseded`: replaced by another. `archived`: forgotten or swept, and can be restored.
 * `suggested`: waits for a person to accept it.
 */
export const MemoryState = z.enum(["active", "superseded", "archived", "suggested", "all"]).meta({ id: "MemoryState" });
export type MemoryState = z.infer<typeof MemoryState>;

export const MemoryFilter = z.object({
  state: MemoryState.optional(),
  kind: MemoryKind.optional(),
  /** Leaves this kind out. */
  without: MemoryKind.optional(),
  trust: MemoryTrust.optional(),
  pinned: z.boolean().optional(),
  /** Selects those that wait for a person's approval (ME5). */
  unapproved: z.boolean().optional(),
  sessionId: SessionId.optional(),
});
export type MemoryFilter = z.infer<typeof MemoryFilter>;

/** Explains why a memory was found (ME8). */
export const RecallWhy = z
  .object({
    /** Largest first. They add up to the score. */
    parts: z.array(z.object({ name: z.string(), value: z.number() })),
    /** Words of the question that the memory has. */
    matched: z.array(z.string()),
    related: z.array(z.object({ asked: z.string(), found: z.string() })),
    /** Neighbouring memories whose text counted. */
    neighbours: z.array(z.string()),
    time: z.object({ text: z.string(), from: IsoTime, to: IsoTime }).nullable(),
    /** Its similarity of meaning to the question, by the embedding model; left out if it was not compared. */
    meaning: z
      .object({
        /** Cosine similarity, -1 to 1. Its scale varies by model. */
        likeness: z.number(),
        /** True if it is far above the similarity of the bot's other memories, which is a reason on its own. */
        standsOut: z.boolean(),
      })
      .optional(),
    /** For a turn's recall, why meaning could not count, in words. */
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
    /** For a line, the lines before and after it. */
    beside: z.array(z.object({ id: MemoryId, speaker: z.string().nullable(), text: z.string() })),
  })
  .meta({ id: "MemoryHit" });
export type MemoryHit = z.infer<typeof MemoryHit>;

export const MemorySearch = z
  .object({
    items: z.array(MemoryHit),
    /** Why meaning could not count although a model for it is configured, in words; null if nothing was left out. */
    degraded: z.string().nullable(),
  })
  .meta({ id: "MemorySearch" });
export type MemorySearch = z.infer<typeof MemorySearch>;

/** What a turn was given of the bot's memory, and why. The texts are the memories' own (ME6, ME8). */
export const Recalled = z
  .object({ memoryId: MemoryId, botId: BotId, score: z.number(), why: RecallWhy })
  .meta({ id: "Recalled" });
export type Recalled = z.infer<typeof Recalled>;

/** Selects what to forget: by id, by words, or by source. */
export const ForgetRequest = z
  .strictObject({
    ids: z.array(MemoryId).min(1).max(1_000).optional(),
    query: z.string().trim().min(1).max(2_000).optional(),
    source: z
      .strictObject({ sessionId: SessionId.optional(), turnId: TurnId.optional(), import: z.string().optional() })
      .optional(),
    /** True to report what would be forgotten, without forgetting it. */
    dryRun: z.boolean().optional(),
    /** True to delete them for good instead of archiving them (ME6). */
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
    /** Counts all matches; `memories` shows the first 100. */
    count: z.int(),
    memories: z.array(Memory.pick({ id: true, kind: true, text: true, source: true, trust: true })),
    /** Transcript lines that these came from, which stay until their session is deleted. */
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
    /** How many memories a bot may keep before a sweep archives the least important (ME7). */
    quota: z.int(),
    byKind: z.record(MemoryKind, z.int()),
    index: z.object({ rows: z.int(), sizeBytes: z.int(), inStep: z.boolean() }),
    /** How far memories can be compared by meaning; null if no model for it is configured. */
    embedding: z
      .object({
        model: z.string(),
        /** How many of the memories that should have a vector of this model have one. */
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

/** Two active memories that say much the same, or much the same with a difference. */
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

/** A small memory that is in every prompt of its bot. Only people write it (ME5). */
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
    /** For a new block 2,000 by default; for an existing one, unchanged (ME7). */
    maxChars: z.int().min(1).max(maxBlockChars).optional(),
    /** Throws `conflict` unless this is the block's current version; 0 for a block that does not exist yet. */
    ifVersion: z.int().min(0).optional(),
  })
  .meta({ id: "BlockPut" });
export type BlockPut = z.infer<typeof BlockPut>;

/** The bots that may read this bot's memory; they never write it (ME1). */
export const GrantList = z.strictObject({ readers: z.array(BotId).max(1_000) }).meta({ id: "GrantList" });
export type GrantList = z.infer<typeof GrantList>;

/** `agent-memory`: one JSON document with the parts of BlackBox5's AgentMemory. */
export const MemoryFormat = z.enum(["jsonl", "markdown", "agent-memory"]).meta({ id: "MemoryFormat" });
export type MemoryFormat = z.infer<typeof MemoryFormat>;

export const MemoryImport = z
  .strictObject({
    /** `hindsight`: BlackBox5's `memories.json`, which is read and never written. */
    format: z.enum([...MemoryFormat.options, "hindsight"]),
    text: z.string().min(1),
    /** Names the source of the import. */
    name: z.string().trim().min(1).max(200),
    /** True to report the result without importing anything. */
    dryRun: z.boolean().optional(),
  })
  .meta({ id: "MemoryImport" });
export type MemoryImport = z.infer<typeof MemoryImport>;

export const ImportReport = z
  .object({
    added: z.int(),
    /** How many were known already (ME3). */
    known: z.int(),
    /** The first 100. `line` is the number of the row in a file without lines. */
    refused: z.array(z.object({ line: z.int(), reason: z.string() })),
    /** What a person should know of the file, in words. */
    notes: z.array(z.string()),
    dryRun: z.boolean(),
    /** For a dry run, the first 100 that would be added, and the first 100 that are known. */
    preview: z.object({ added: z.array(z.string()), known: z.array(z.string()) }).nullable(),
  })
  .meta({ id: "ImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;
