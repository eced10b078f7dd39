/** An entry is one row of a transcript. The transcript is the journal: what a turn does next follows from it alone. */
import { z } from "zod";
import { FileRef } from "./file.ts";
import { EntryId, MessageId, ScheduleId, SessionId, TurnId } from "./ids.ts";
import { Sender } from "./message.ts";
import { IsoTime } from "./time.ts";

export const EntryKind = z
  .enum(["person", "session", "bot", "tool_call", "tool_result", "notice"])
  .meta({ id: "EntryKind" });
export type EntryKind = z.infer<typeof EntryKind>;

export const EntryTool = z
  .object({
    /** The model's id of the call; pairs a result with its call. */
    callId: z.string(),
    name: z.string(),
    /** Only for a call. */
    input: z.unknown().optional(),
    /** Only for a result. */
    isError: z.boolean().optional(),
    durationMs: z.number().optional(),
  })
  .meta({ id: "EntryTool" });
export type EntryTool = z.infer<typeof EntryTool>;

/** Says what a notice is about. It is shown to people, and to the model where that helps it. */
export const Notice = z
  .discriminatedUnion("type", [
    /** In the model's window, the entry's text stands for older entries, up to `throughSeq`. */
    z.object({ type: z.literal("compaction"), throughSeq: z.int(), tokensBefore: z.int() }),
    /** The server stopped during the turn; the receipt has what was known of its tool calls then. */
    z.object({ type: z.literal("restart"), deaths: z.int() }),
    z.object({ type: z.literal("failed") }),
    z.object({ type: z.literal("cancelled"), by: z.string() }),
    z.object({ type: z.literal("interrupted") }),
    z.object({ type: z.literal("refused"), to: z.string(), right: z.literal("read").optional() }),
    z.object({ type: z.literal("chain_held"), messageId: MessageId }),
    z.object({ type: z.literal("forked"), from: SessionId, seq: z.int() }),
    /** A person went back: the entries between `toSeq` and this notice are replaced by what follows (TU10). */
    z.object({ type: z.literal("rewound"), toSeq: z.int() }),
    z.object({ type: z.literal("retry"), messageId: MessageId }),
    z.object({ type: z.literal("runtime") }),
    /** Something about the model or its provider that people should know, such as an answer cut at the output limit. */
    z.object({ type: z.literal("model") }),
    /** The turn repeated itself, or reached its limit of model calls; the model sees the notice. */
    z.object({ type: z.literal("loop") }),
    /** The turn was to end without the checked result that its task asks for; the model sees the notice (SU4). */
    z.object({ type: z.literal("contract") }),
    /** The schedule's times cannot be computed any more, so it was paused. */
    z.object({ type: z.literal("schedule_paused"), scheduleId: ScheduleId }),
  ])
  .meta({ id: "Notice" });
export type Notice = z.infer<typeof Notice>;

export const Entry = z
  .object({
    id: EntryId,
    sessionId: SessionId,
    /** 1, 2, 3 … without gaps within its session. */
    seq: z.int(),
    kind: EntryKind,
    text: z.string(),
    /** For kinds `person` and `session`, the message this entry is. */
    messageId: MessageId.nullable(),
    turnId: TurnId.nullable(),
    from: Sender.nullable(),
    tool: EntryTool.nullable(),
    notice: Notice.nullable(),
    /** For a bot entry: true if a stop cut it off, so that it is no whole answer. */
    partial: z.boolean(),
    /** Its id where it was made elsewhere; unique in its session. */
    externalId: z.string().optional(),
    /**
     * For a bot entry, the model's reasoning before the answer. It is no part of the answer: not searched, not
     * remembered.
     */
    reasoning: z.string().optional(),
    /** Data that only its runtime needs, to go on from here with the same model. It stays on the server. */
    opaque: z.unknown().optional(),
    /** Files that came with it. */
    attachments: z.array(FileRef).optional(),
    /**
     * The number of the `rewound` notice that replaced it: it is kept and shown, but no model sees it any more (TU10).
     */
    replacedBy: z.int().optional(),
    at: IsoTime,
  })
  .meta({ id: "Entry" });
export type Entry = z.infer<typeof Entry>;
