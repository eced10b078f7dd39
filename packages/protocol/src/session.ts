/** A session: a persistent conversation of one bot, with a mailbox and a transcript. */
import { z } from "zod";
import { MirrorRef } from "./gateway.ts";
import { BotId, ChainId, EntryId, MessageId, SessionId, TopicId, TurnId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/**
 * What a person sees of a session, most urgent first. `needs_you`: a turn waits for a person. `failed`: the last
 * turn failed. `unknown`: the turn's lease ended without a word. `queued`: messages wait for a lane.
 * `idle`: nothing to do; whether somebody has read the outcome is told by `unread`.
 */
export const SessionStatus = z
  .enum(["needs_you", "failed", "unknown", "running", "waiting", "queued", "paused", "idle"])
  .meta({ id: "SessionStatus" });
export type SessionStatus = z.infer<typeof SessionStatus>;

/** `off`: the session is incognito; it neither reads nor writes its bot's memory. */
export const MemoryMode = z.enum(["on", "off"]).meta({ id: "MemoryMode" });
export type MemoryMode = z.infer<typeof MemoryMode>;

export const Session = z
  .object({
    id: SessionId,
    botId: BotId,
    title: z.string(),
    topicId: TopicId.nullable(),
    parentId: SessionId.nullable(),
    /** Root of its spawn tree; its own id when it has no parent. */
    rootId: SessionId,
    /** 0 for a session without a parent. */
    depth: z.int(),
    status: SessionStatus,
    /** Entries by the bot or by another session that nobody has read. */
    unread: z.int(),
    pinned: z.boolean(),
    /** Pins stand in the order in which they were made; null while it has none. */
    pinnedAt: IsoTime.nullable(),
    /** No device tells a person of it outside the page. */
    muted: z.boolean(),
    memory: MemoryMode,
    /** The session of a gateway that it shows; null for one of Reef's own. */
    mirrors: MirrorRef.nullable(),
    archivedAt: IsoTime.nullable(),
    /** Messages that wait in the mailbox. */
    queued: z.int(),
    openAsks: z.int(),
    /** The session below it in its tree whose question has waited longest for a person; null when none has one. */
    waitsFor: z.object({ sessionId: SessionId, title: z.string() }).nullable(),
    /** The open turn, if there is one. */
    turnId: TurnId.nullable(),
    turnStartedAt: IsoTime.nullable(),
    /** Why the last turn failed, while that is the last thing that happened. */
    lastError: z.string().nullable(),
    /** Sequence number of the newest entry; 0 when there is none. */
    lastSeq: z.int(),
    /** Everything up to here has been read by a person. */
    readSeq: z.int(),
    /** First words of the newest entry. */
    lastText: z.string(),
    lastAt: IsoTime,
    forkedFrom: z.object({ sessionId: SessionId, seq: z.int() }).nullable(),
    /** The message that gave a spawned session its task. */
    taskMessageId: MessageId.nullable(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

const Title = z.string().trim().min(1).max(200);

export const NewSession = z
  .strictObject({
    botId: BotId,
    title: Title.optional(),
    topicId: TopicId.nullable().optional(),
    pinned: z.boolean().optional(),
    muted: z.boolean().optional(),
    memory: MemoryMode.optional(),
  })
  .meta({ id: "NewSession" });
export type NewSession = z.infer<typeof NewSession>;

export const SessionPatch = z
  .strictObject({
    title: Title.optional(),
    topicId: TopicId.nullable().optional(),
    pinned: z.boolean().optional(),
    muted: z.boolean().optional(),
    memory: MemoryMode.optional(),
  })
  .meta({ id: "SessionPatch" });
export type SessionPatch = z.infer<typeof SessionPatch>;

export const SessionFilter = z.object({
  botId: BotId.optional(),
  topicId: TopicId.optional(),
  status: SessionStatus.optional(),
  pinned: z.boolean().optional(),
  /** Whether something in it has not been read. */
  unread: z.boolean().optional(),
  /** false (default) leaves archived sessions out, true lists only those. */
  archived: z.boolean().optional(),
  parentId: SessionId.optional(),
  /** Words of the title. */
  q: z.string().optional(),
});
export type SessionFilter = z.infer<typeof SessionFilter>;

/** How many sessions there are; archived ones count only where they work. */
export const SessionCounts = z
  .object({
    total: z.int(),
    needsYou: z.int(),
    /** Pinned ones that need nobody. */
    pinned: z.int(),
    unread: z.int(),
    /** Their turn runs, or is not known to have ended. */
    running: z.int(),
    waiting: z.int(),
    failed: z.int(),
    /** Messages that wait in mailboxes. */
    queued: z.int(),
    /** In each topic: what neither needs a person, nor is pinned, nor was spawned by a session in the list. */
    topics: z.record(TopicId, z.int()),
    /** The same of those without a topic. */
    noTopic: z.int(),
  })
  .meta({ id: "SessionCounts" });
export type SessionCounts = z.infer<typeof SessionCounts>;

/** One node of a spawn tree. */
export const TreeNode = z
  .object({
    session: Session,
    parentId: SessionId.nullable(),
    /** What became of its task. */
    task: z
      .object({
        messageId: MessageId,
        chainId: ChainId,
        state: z.string(),
        resultId: z.union([MessageId, EntryId]).nullable(),
      })
      .nullable(),
  })
  .meta({ id: "TreeNode" });
export type TreeNode = z.infer<typeof TreeNode>;
