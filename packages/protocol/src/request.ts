/**
 * Defines bodies and answers of requests that are no nouns: verbs on a session, logging in, what the server says of
 * itself.
 */
import { z } from "zod";
import { RuntimeName } from "./bot.ts";
import { maxAttachments } from "./file-limits.ts";
import { Hold } from "./hold.ts";
import { EntryId, FileId, SessionId } from "./ids.ts";
import { Message, maxMessageLength } from "./message.ts";
import { GivenTime, IsoTime } from "./time.ts";
import { Turn } from "./turn.ts";

/** `queued`: cancels the waiting messages too. */
export const CancelRequest = z.strictObject({ queued: z.boolean().optional() }).meta({ id: "CancelRequest" });
export type CancelRequest = z.infer<typeof CancelRequest>;

/** What a cancel reached, including spawned sessions (TU6). */
export const CancelReport = z
  .object({
    cancelled: z.array(SessionId),
    /** Sessions where nothing was running. */
    idle: z.array(SessionId),
    /** Sessions that were asked to stop and still ran when this was written. */
    notStopped: z.array(SessionId),
  })
  .meta({ id: "CancelReport" });
export type CancelReport = z.infer<typeof CancelReport>;

export const ForkRequest = z
  .strictObject({
    /** The last entry to copy; the newest if left out. */
    throughSeq: z.int().min(1).optional(),
    title: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: "ForkRequest" });
export type ForkRequest = z.infer<typeof ForkRequest>;

/**
 * Names where to go back to: before a person's message, or to the last entry that stays, which such a message follows.
 * An omitted `text` or `attachments` is that message's own: without both, it is sent again.
 */
export const RewindRequest = z
  .strictObject({
    beforeEntryId: EntryId.optional(),
    toSeq: z.int().min(0).optional(),
    text: z.string().max(maxMessageLength).optional(),
    attachments: z.array(FileId).max(maxAttachments).optional(),
    /** If a turn runs, `queue` (default) is refused, and `interrupt` stops the turn first. */
    mode: z.enum(["queue", "interrupt"]).optional(),
  })
  .refine(({ beforeEntryId, toSeq }) => (beforeEntryId === undefined) !== (toSeq === undefined), {
    path: ["beforeEntryId"],
    error: "expected either beforeEntryId or toSeq",
  })
  .meta({ id: "RewindRequest" });
export type RewindRequest = z.infer<typeof RewindRequest>;

/** Marks everything up to `seq` as read; everything if left out. */
export const ReadRequest = z.strictObject({ seq: z.int().min(0).optional() }).meta({ id: "ReadRequest" });
export type ReadRequest = z.infer<typeof ReadRequest>;

/** Answer to an accepted message. */
export const Accepted = z
  .object({
    message: Message,
    /** What keeps the message from being delivered until it is resumed; left out if nothing does. */
    held: Hold.optional(),
  })
  .meta({ id: "Accepted" });
export type Accepted = z.infer<typeof Accepted>;

/** One turn of any bot, with what a person needs to place it. */
export const Activity = z
  .object({
    turn: Turn,
    botName: z.string(),
    sessionTitle: z.string(),
    /** The messages the turn took, in order; long texts are cut. */
    messages: z.array(Message.pick({ id: true, from: true, text: true, purpose: true, state: true })),
  })
  .meta({ id: "Activity" });
export type Activity = z.infer<typeof Activity>;

/** Selects the turns of a timeline. */
export const ActivityFilter = z.object({
  /** Still running at this time, or ended since. */
  since: GivenTime.optional(),
  /** Started before this time. */
  before: GivenTime.optional(),
});
export type ActivityFilter = z.infer<typeof ActivityFilter>;

/** Either a one-time code or the server's token. */
export const LoginRequest = z
  .union([z.strictObject({ code: z.string().min(1).max(200) }), z.strictObject({ token: z.string().min(1).max(4096) })])
  .meta({ id: "LoginRequest" });
export type LoginRequest = z.infer<typeof LoginRequest>;

export const ServerStatus = z
  .object({
    version: z.string(),
    /** The runtime of a bot created without one. */
    runtime: RuntimeName,
    runtimes: z.array(RuntimeName),
    /** The default model; null if none is configured. */
    model: z.string().nullable(),
    startedAt: IsoTime,
    uptimeMs: z.number(),
    /** How many turns may run in parallel. */
    maxTurns: z.int(),
    /** How many turns run now on this server. */
    running: z.int(),
    socketClients: z.int(),
    /** What a person stopped and did not resume yet. */
    held: z.array(Hold),
    totals: z.object({
      bots: z.int(),
      sessions: z.int(),
      runningTurns: z.int(),
      waitingTurns: z.int(),
      queuedMessages: z.int(),
      deadMessages: z.int(),
      openAsks: z.int(),
      lastSeq: z.int(),
    }),
  })
  .meta({ id: "ServerStatus" });
export type ServerStatus = z.infer<typeof ServerStatus>;
