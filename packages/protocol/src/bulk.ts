/**
 * Applies one act to many sessions or messages: all of it commits together or none of it does, and it is undone as a
 * whole. A page that loops over single requests loses half of them when it is closed.
 */
import { z } from "zod";
import { MessageId, SessionId, TopicId, UndoToken } from "./ids.ts";
import { MessageFilter } from "./message.ts";
import { SessionFilter } from "./session.ts";
import { IsoTime } from "./time.ts";

/** The most sessions or messages of one act. */
export const maxBulk = 5_000;

export const SessionAction = z
  .enum(["archive", "restore", "move", "pin", "unpin", "mute", "unmute", "read", "unread", "delete"])
  .meta({ id: "SessionAction" });
export type SessionAction = z.infer<typeof SessionAction>;

/** Exactly one of `ids` and `filter`. An empty filter means every session that is not archived. */
export const SessionBulk = z
  .strictObject({
    ids: z.array(SessionId).min(1).max(maxBulk).optional(),
    filter: z.strictObject(SessionFilter.shape).optional(),
    action: SessionAction,
    /** Where `move` moves them; null takes them out of topics. */
    topicId: TopicId.nullable().optional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    error: "expected either ids or filter",
    path: ["ids"],
  })
  .refine(({ action, topicId }) => (action === "move") === (topicId !== undefined), {
    error: "expected topicId (an id or null) with the action move, and with no other action",
    path: ["topicId"],
  })
  .meta({ id: "SessionBulk" });
export type SessionBulk = z.infer<typeof SessionBulk>;

export const MessageAction = z.enum(["retry", "dismiss", "cancel"]).meta({ id: "MessageAction" });
export type MessageAction = z.infer<typeof MessageAction>;

/** Exactly one of `ids` and `filter`. Messages whose state does not allow the act are skipped and counted. */
export const MessageBulk = z
  .strictObject({
    ids: z.array(MessageId).min(1).max(maxBulk).optional(),
    filter: z.strictObject(MessageFilter.shape).optional(),
    action: MessageAction,
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    error: "expected either ids or filter",
    path: ["ids"],
  })
  .meta({ id: "MessageBulk" });
export type MessageBulk = z.infer<typeof MessageBulk>;

export const BulkReport = z
  .object({
    /** How many were changed. */
    changed: z.int(),
    /** Those already in that state, or in one that does not allow the act. */
    unchanged: z.int(),
    /** Ids that no longer exist. */
    missing: z.array(z.string()),
    /** Undoes the act: `POST /v1/undo/{token}`. Null if nothing was changed, or if it cannot be undone. */
    undo: UndoToken.nullable(),
    /** The last moment to undo it. */
    undoUntil: IsoTime.nullable(),
  })
  .meta({ id: "BulkReport" });
export type BulkReport = z.infer<typeof BulkReport>;
