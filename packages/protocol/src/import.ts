/** Imports what an OpenClaw has: from a running gateway, or from a folder of an older one. */
import { z } from "zod";
import { BotId, GatewayId, SessionId } from "./ids.ts";

export const ImportSource = z
  .discriminatedUnion("from", [
    z.strictObject({
      from: z.literal("gateway"),
      gatewayId: GatewayId,
      /** Imports only these agents; all if left out. */
      agentIds: z.array(z.string().min(1).max(200)).min(1).max(200).optional(),
    }),
    z.strictObject({
      from: z.literal("folder"),
      /** The state folder of an OpenClaw on the server, such as `/home/me/.openclaw`. Nothing outside it is read. */
      path: z.string().min(1).max(4096),
    }),
  ])
  .meta({ id: "ImportSource" });
export type ImportSource = z.infer<typeof ImportSource>;

export const ImportRequest = z
  .strictObject({
    source: ImportSource,
    /** True to report what would be written, without writing. */
    dryRun: z.boolean().optional(),
  })
  .meta({ id: "ImportRequest" });
export type ImportRequest = z.infer<typeof ImportRequest>;

/** `known`: it exists here, and nothing of it is new. `grown`: it exists here and gets what came since. */
export const ImportState = z.enum(["new", "grown", "known"]).meta({ id: "ImportState" });
export type ImportState = z.infer<typeof ImportState>;

const count = z.object({ found: z.int(), made: z.int() });

export const ImportedBot = z
  .object({
    agentId: z.string(),
    name: z.string(),
    state: ImportState,
    /** Null in the preview of a new one. */
    botId: BotId.nullable(),
    sessions: z.int(),
    entries: z.int(),
    memories: z.int(),
  })
  .meta({ id: "ImportedBot" });
export type ImportedBot = z.infer<typeof ImportedBot>;

export const ImportedSession = z
  .object({
    agentId: z.string(),
    /** Its key in OpenClaw, or its file. */
    key: z.string(),
    title: z.string(),
    state: ImportState,
    sessionId: SessionId.nullable(),
    /** The total, and how many of them are not here yet. */
    entries: z.int(),
    newEntries: z.int(),
  })
  .meta({ id: "ImportedSession" });
export type ImportedSession = z.infer<typeof ImportedSession>;

export const ImportReport = z
  .object({
    dryRun: z.boolean(),
    /** `made`: created here, or in a preview what would be. */
    bots: count,
    sessions: count,
    entries: count,
    memories: count,
    /** How many secrets were blacked out (SE5). */
    redacted: z.int(),
    botList: z.array(ImportedBot),
    /** Newest first, at most 2,000. */
    sessionList: z.array(ImportedSession),
    /** What cannot be read, with the reason: nothing is left out silently. At most 1,000. */
    problems: z.array(z.object({ path: z.string(), reason: z.string() })),
    problemCount: z.int(),
  })
  .meta({ id: "OpenClawImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;
