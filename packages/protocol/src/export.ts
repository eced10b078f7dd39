/** Defines a conversation as a file. The JSON form is stable: fields are added, none changes its meaning. */
import { z } from "zod";
import { Entry } from "./entry.ts";
import { BotId, ChainId, EntryId, SessionId } from "./ids.ts";
import { IsoTime } from "./time.ts";
import { SessionUsage } from "./turn.ts";

export const ExportFormat = z.enum(["markdown", "json", "html"]).meta({ id: "ExportFormat" });
export type ExportFormat = z.infer<typeof ExportFormat>;

export const ExportedEntry = Entry.omit({ sessionId: true, opaque: true })
  .extend({
    id: EntryId,
    /** For another session's message, its chain, and how many messages are between it and the first of that chain. */
    chainId: ChainId.optional(),
    hops: z.int().optional(),
  })
  .meta({ id: "ExportedEntry" });
export type ExportedEntry = z.infer<typeof ExportedEntry>;

/** Recognised secrets are replaced by `[redacted …]`. */
export const ConversationExport = z
  .object({
    format: z.literal("reef-conversation"),
    version: z.literal(1),
    exportedAt: IsoTime,
    session: z.object({
      id: SessionId,
      title: z.string(),
      botId: BotId,
      botName: z.string(),
      createdAt: IsoTime,
      forkedFrom: z.object({ sessionId: SessionId, seq: z.int() }).nullable(),
    }),
    usage: SessionUsage.pick({ turns: true, usage: true }),
    /**
     * In order, including replaced ones (`replacedBy`). Files are named by their ids: their bytes are at
     * `/v1/files/{id}`.
     */
    entries: z.array(ExportedEntry),
    /** How many secrets were replaced. */
    redacted: z.int(),
  })
  .meta({ id: "ConversationExport" });
export type ConversationExport = z.infer<typeof ConversationExport>;
