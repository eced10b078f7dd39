/** A session is a persistent conversation of one bot, with a mailbox and a transcript. */
import { z } from "zod";
import { OutOfBudget } from "./budget.ts";
import { ResultContract } from "./contract.ts";
import { MirrorRef } from "./gateway.ts";
import { BotId, ChainId, EntryId, MessageId, SessionId, TopicId, TurnId } from "./ids.ts";
import { ProviderWait } from "./provider-wait.ts";
import { IsoTime } from "./time.ts";

/**
 * The status that people see, most urgent first. `out_of_budget`: a turn is paused because a budget is used up.
 * `needs_you`: a turn waits for a person. `failed`: the last turn failed. `unknown`: the turn's lease ended without a
 * word. `queued`: messages wait for a lane. `held`: a person stopped it, and it goes on when resumed. `idle`: nothing to
 * do; `unread` says whether someone has read the outcome.
 */
export const SessionStatus = z
  .enum(["out_of_budget", "needs_you", "failed", "unknown", "running", "waiting", "queued", "held", "paused", "idle"])
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
    /** The root of its spawn tree; its own id if it has no parent. */
    rootId: SessionId,
    /** 0 for a session without a parent. */
    depth: z.int(),
    status: SessionStatus,
    /** Entries by the bot or by another session that no one has read. */
    unread: z.int(),
    pinned: z.boolean(),
    /** Pinned sessions are sorted by this time; null if it is not pinned. */
    pinnedAt: IsoTime.nullable(),
    /** True if devices show no notifications of it outside the page. */
    muted: z.boolean(),
    memory: MemoryMode,
    /** The session of a gateway that it mirrors; null for one of Reef's own. */
    mirrors: MirrorRef.nullable(),
    archivedAt: IsoTime.nullable(),
    /** Messages that wait in the mailbox. */
    queued: z.int(),
    openAsks: z.int(),
    /** The session below it in its tree whose question has waited longest for a person; null if there is none. */
    waitsFor: z.object({ sessionId: SessionId, title: z.string() }).nullable(),
    /** The used-up budget that its turn waits for; null if it waits for none (BU3). */
    outOfBudget: OutOfBudget.nullable(),
    /** The model that its turn waits for because its provider is down or limits its requests; null otherwise (TU9). */
    providerWait: ProviderWait.nullable(),
    /** The open turn, if there is one. */
    turnId: TurnId.nullable(),
    turnStartedAt: IsoTime.nullable(),
    /** Why the last turn failed; null once something else has happened. */
    lastError: z.string().nullable(),
    /** Sequence number of the newest entry; 0 if there is none. */
    lastSeq: z.int(),
    /** A person has read everything up to this entry. */
    readSeq: z.int(),
    /** First words of the newest entry. */
    lastText: z.string(),
    lastAt: IsoTime,
    forkedFrom: z.object({ sessionId: SessionId, seq: z.int() }).nullable(),
    /** The message that gave a spawned session its task. */
    taskMessageId: MessageId.nullable(),
    /** What the result of its task must fulfil; null if nothing was asked for. */
    contract: ResultContract.nullable(),
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
  /** Selects sessions with or without something unread. */
  unread: z.boolean().optional(),
  /** False (default) leaves archived sessions out, true lists only those. */
  archived: z.boolean().optional(),
  parentId: SessionId.optional(),
  /** Words of the title. */
  q: z.string().optional(),
});
export type SessionFilter = z.infer<typeof SessionFilter>;

/** Counts sessions. Archived ones count only where they work. */
export const SessionCounts = z
  .object({
    total: z.int(),
    needsYou: z.int(),
    /** Pinned sessions that need no one. */
    pinned: z.int(),
    unread: z.int(),
    /** Sessions whose turn runs, or is not known to have ended. */
    running: z.int(),
    waiting: z.int(),
    failed: z.int(),
    /** Messages that wait in mailboxes. */
    queued: z.int(),
    /** By topic: sessions that neither need a person, nor are pinned, nor were spawned by a session in the list. */
    topics: z.record(TopicId, z.int()),
    /** The same for sessions without a topic. */
    noTopic: z.int(),
  })
  .meta({ id: "SessionCounts" });
export type SessionCounts = z.infer<typeof SessionCounts>;

/** One node of a spawn tree. */
export const TreeNode = z
  .object({
    session: Session,
    parentId: SessionId.nullable(),
    /** The outcome of its task. */
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
