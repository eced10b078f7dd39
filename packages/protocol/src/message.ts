/** A message is a durable envelope in one session's mailbox, with receipts that only move forward (MB6). */
import { z } from "zod";
import { FileRef } from "./file.ts";
import { maxAttachments } from "./file-limits.ts";
import { BotId, ChainId, EntryId, FileId, MessageId, ScheduleId, SessionId, TurnId } from "./ids.ts";
import { GivenTime, IsoTime } from "./time.ts";

/** Says who sent it. Bound by the engine, never read from text (MB9). */
export const Sender = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("person"), name: z.string().optional() }),
    z.object({
      kind: z.literal("session"),
      sessionId: SessionId,
      botId: BotId,
      botName: z.string(),
      title: z.string(),
    }),
    z.object({
      kind: z.literal("schedule"),
      scheduleId: ScheduleId,
      name: z.string(),
      /** Whose words it carries (SC4). */
      by: z.enum(["person", "bot"]),
      /** The time it was sent for. */
      dueAt: IsoTime,
      /** Due times before this one that passed without a message, since the last one sent (SC2). */
      missed: z.int(),
    }),
    z.object({ kind: z.literal("system"), reason: z.string(), sessionId: SessionId.optional() }),
  ])
  .meta({ id: "Sender" });
export type Sender = z.infer<typeof Sender>;

/**
 * What to do if the session is busy: wait for the turn to end, join at its next step boundary, or stop the turn first
 * (MB4).
 */
export const MessageMode = z.enum(["queue", "steer", "interrupt"]).meta({ id: "MessageMode" });
export type MessageMode = z.infer<typeof MessageMode>;

/**
 * `request`: its answer comes back as a message. `task`: for a spawned session. `result`: the result of such a task.
 */
export const MessagePurpose = z.enum(["text", "request", "task", "result"]).meta({ id: "MessagePurpose" });
export type MessagePurpose = z.infer<typeof MessagePurpose>;

export const MessageState = z
  .enum(["queued", "delivered", "acted", "answered", "dead", "cancelled"])
  .meta({ id: "MessageState" });
export type MessageState = z.infer<typeof MessageState>;

export const Message = z
  .object({
    id: MessageId,
    sessionId: SessionId,
    from: Sender,
    text: z.string(),
    purpose: MessagePurpose,
    mode: MessageMode,
    state: MessageState,
    chainId: ChainId,
    /** How many messages are between it and the first of its chain. */
    hops: z.int(),
    replyTo: MessageId.nullable(),
    notBefore: IsoTime.nullable(),
    receipts: z.object({
      acceptedAt: IsoTime,
      deliveredAt: IsoTime.nullable(),
      actedAt: IsoTime.nullable(),
      answeredAt: IsoTime.nullable(),
    }),
    /** The reply: a message sent back, or the bot's last entry of the turn. */
    answeredBy: z.union([MessageId, EntryId]).nullable(),
    /** The turn that took it. */
    turnId: TurnId.nullable(),
    /** Why it is dead, cancelled, or held back. */
    reason: z.string().nullable(),
    /**
     * Its place in the mailbox: of the waiting messages in a session, the one with the smallest rank is taken first
     * (MB3).
     */
    rank: z.int(),
    /** True while it waits for a person's decision about its chain (MB10). */
    held: z.boolean(),
    dismissedAt: IsoTime.nullable(),
    /** For a dead one, its reason without the variable parts: messages with an equal cause died of the same thing. */
    cause: z.string().optional(),
    retries: z.int(),
    /** The key under which a person's message was sent (MB2); left out if there was none. */
    idempotencyKey: z.string().optional(),
    /** Files that came with it; left out if there are none. */
    attachments: z.array(FileRef).optional(),
    /** The entry after which everything was replaced by this message (TU10). */
    rewoundTo: z.int().optional(),
  })
  .meta({ id: "Message" });
export type Message = z.infer<typeof Message>;

/** The longest text of one message, in UTF-16 units. */
export const maxMessageLength = 1_000_000;

export const NewMessage = z
  .strictObject({
    /** May be empty if files come with it. */
    text: z.string().max(maxMessageLength),
    mode: MessageMode.optional(),
    replyTo: MessageId.nullable().optional(),
    /** Not to be delivered before this time. */
    notBefore: GivenTime.nullable().optional(),
    /** Files uploaded earlier (`POST /v1/files`). */
    attachments: z.array(FileId).max(maxAttachments).optional(),
  })
  .refine(({ text, attachments = [] }) => text !== "" || attachments.length > 0, {
    path: ["text"],
    error: "expected at least 1 character, or an attachment",
  })
  .meta({ id: "NewMessage" });
export type NewMessage = z.infer<typeof NewMessage>;

/** The common cause of dead letters that no one has dealt with: one dead model is one cause. */
export const DeadCause = z
  .object({
    cause: z.string(),
    count: z.int(),
    sessions: z.int(),
    bots: z.int(),
    /** The full reason of the newest of them. */
    reason: z.string(),
    /** When the newest was accepted. */
    newestAt: IsoTime.nullable(),
  })
  .meta({ id: "DeadCause" });
export type DeadCause = z.infer<typeof DeadCause>;

/** Says where a waiting message goes in its session's mailbox: next to another one that waits there. */
export const MessageMove = z
  .union([z.strictObject({ before: MessageId }), z.strictObject({ after: MessageId })])
  .meta({ id: "MessageMove" });
export type MessageMove = z.infer<typeof MessageMove>;

export const MessageFilter = z.object({
  state: MessageState.optional(),
  sessionId: SessionId.optional(),
  fromSessionId: SessionId.optional(),
  chainId: ChainId.optional(),
  /** Sent to or from a session of this bot. */
  botId: BotId.optional(),
  /** True leaves out what people and the system sent. */
  betweenBots: z.boolean().optional(),
  /** False leaves dismissed dead letters out. */
  dismissed: z.boolean().optional(),
  /** Died of this cause (`GET /v1/dead-causes`). */
  cause: z.string().max(200).optional(),
  /** Sent under this key. Tells whether a message arrived whose answer was lost. */
  idempotencyKey: z.string().max(200).optional(),
});
export type MessageFilter = z.infer<typeof MessageFilter>;
