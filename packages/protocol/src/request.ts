/** Bodies and answers of requests that are no nouns: verbs on a session, logging in, what the server says of itself. */
import { z } from "zod";
import { RuntimeName } from "./bot.ts";
import { maxAttachments } from "./file-limits.ts";
import { EntryId, FileId, SessionId } from "./ids.ts";
import { Message, maxMessageLength } from "./message.ts";
import { GivenTime, IsoTime } from "./time.ts";
import { Turn } from "./turn.ts";

/** `queued`: the messages that wait are cancelled too. */
export const CancelRequest = z.strictObject({ queued: z.boolean().optional() }).meta({ id: "CancelRequest" });
export type CancelRequest = z.infer<typeof CancelRequest>;

/** What a cancel reached, the spawned sessions included (TU6). */
export const CancelReport = z
  .object({
    cancelled: z.array(SessionId),
    /** Nothing was running there. */
    idle: z.array(SessionId),
    /** Asked to stop, and still running when this was written. */
    notStopped: z.array(SessionId),
  })
  .meta({ id: "CancelReport" });
export type CancelReport = z.infer<typeof CancelReport>;

export const ForkRequest = z
  .strictObject({
    /** The copy ends with this entry; without it, with the newest. */
    throughSeq: z.int().min(1).optional(),
    title: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: "ForkRequest" });
export type ForkRequest = z.infer<typeof ForkRequest>;

/**
 * What to go back to: before a person's message, or to the last entry that stays, which such a message follows. What of
 * `text` and `attachments` is left out is as it was in that message: without both, it is sent again.
 */
export const RewindRequest = z
  .strictObject({
    beforeEntryId: EntryId.optional(),
    toSeq: z.int().min(0).optional(),
    text: z.string().max(maxMessageLength).optional(),
    attachments: z.array(FileId).max(maxAttachments).optional(),
    /** While a turn runs: `queue` (default) is refused, `interrupt` stops the turn first. */
    mode: z.enum(["queue", "interrupt"]).optional(),
  })
  .refine(({ beforeEntryId, toSeq }) => (beforeEntryId === undefined) !== (toSeq === undefined), {
    path: ["beforeEntryId"],
    error: "expected either beforeEntryId or toSeq",
  })
  .meta({ id: "RewindRequest" });
export type RewindRequest = z.infer<typeof RewindRequest>;

/** Everything up to `seq` is read; without it, everything. */
export const ReadRequest = z.strictObject({ seq: z.int().min(0).optional() }).meta({ id: "ReadRequest" });
export type ReadRequest = z.infer<typeof ReadRequest>;

/** Answer to an accepted message. */
export const Accepted = z.object({ message: Message }).meta({ id: "Accepted" });
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

/** Which turns a timeline holds. */
export const ActivityFilter = z.object({
  /** Not ended before this time. */
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
    /** What a bot made without a runtime runs on. */
    runtime: RuntimeName,
    runtimes: z.array(RuntimeName),
    /** The default model; null when none is set up. */
    model: z.string().nullable(),
    startedAt: IsoTime,
    uptimeMs: z.number(),
    /** Turns that may run at once. */
    maxTurns: z.int(),
    /** Turns that run now on this server. */
    running: z.int(),
    socketClients: z.int(),
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
