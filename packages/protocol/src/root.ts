/**
 * A root is a folder of another system that a person connected. Reef reads it, never writes it, and says what it found
 * and what it couldn't read (RT1).
 */
import { z } from "zod";
import { BotId, RootId } from "./ids.ts";
import { IsoTime } from "./time.ts";

export const RootKind = z.enum(["blackbox5"]).meta({ id: "RootKind" });
export type RootKind = z.infer<typeof RootKind>;

/** A file or folder that wasn't read, and why. */
export const UnreadFile = z.object({ path: z.string(), reason: z.string() }).meta({ id: "UnreadFile" });
export type UnreadFile = z.infer<typeof UnreadFile>;

export const RootScan = z
  .object({
    /** `waiting`: the first scan hasn't begun. `failed`: the folder can't be read; it is tried again. */
    state: z.enum(["waiting", "scanning", "done", "failed"]),
    error: z.string().nullable(),
    /** Files seen so far, and tasks read so far, by the scan that runs or by the latest one. */
    filesSeen: z.int(),
    tasksRead: z.int(),
    startedAt: IsoTime.nullable(),
    finishedAt: IsoTime.nullable(),
    /** How long the latest scan took, in milliseconds. */
    tookMs: z.int().nullable(),
  })
  .meta({ id: "RootScan" });
export type RootScan = z.infer<typeof RootScan>;

export const Root = z
  .object({
    id: RootId,
    kind: RootKind,
    /** The real folder on the server. */
    path: z.string(),
    name: z.string(),
    scan: RootScan,
    /** Where things are: what was recognised of the layout. */
    layout: z.object({
      /** True if it looks like a BlackBox5 at all. */
      isKnown: z.boolean(),
      projects: z.array(z.object({ name: z.string(), path: z.string() })),
      /** Folders that hold tasks. */
      taskFolders: z.array(z.string()),
    }),
    /** What was found, by kind. */
    counts: z.record(z.string(), z.int()),
    unreadableCount: z.int(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Root" });
export type Root = z.infer<typeof Root>;

export const RootWithFiles = Root.extend({
  /** At most the first 5,000. */
  unreadable: z.array(UnreadFile),
  /** Folders that are left out on purpose, such as `.git`. */
  skipped: z.array(UnreadFile),
}).meta({ id: "RootWithFiles" });
export type RootWithFiles = z.infer<typeof RootWithFiles>;

export const NewRoot = z
  .strictObject({
    kind: RootKind,
    /** A folder of the server. */
    path: z.string().min(1).max(4_000),
    name: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: "NewRoot" });
export type NewRoot = z.infer<typeof NewRoot>;

/** `decisions`: those of the registry. `learnings`: the sections of `LEARNINGS.md` and `DECISIONS.md`. */
export const RootKnowledge = z.enum(["decisions", "learnings"]).meta({ id: "RootKnowledge" });
export type RootKnowledge = z.infer<typeof RootKnowledge>;

export const KnowledgeImport = z
  .strictObject({
    /** The bot that is to know it. */
    botId: BotId,
    /** Both if left out. */
    what: z.array(RootKnowledge).min(1).optional(),
    /** True to report the result without importing anything. */
    dryRun: z.boolean().optional(),
  })
  .meta({ id: "KnowledgeImport" });
export type KnowledgeImport = z.infer<typeof KnowledgeImport>;

export const KnowledgeReport = z
  .object({
    /** Files that had something to say. */
    files: z.int(),
    added: z.int(),
    /** How many were known already (ME3). */
    known: z.int(),
    /** Templates that nobody filled in. */
    templates: z.int(),
    /** Secrets that were blacked out (SE5). */
    redacted: z.int(),
    /** At most the first 1,000. `path` ends with the line where one item of a file couldn't be read. */
    unreadable: z.array(UnreadFile),
    dryRun: z.boolean(),
  })
  .meta({ id: "KnowledgeReport" });
export type KnowledgeReport = z.infer<typeof KnowledgeReport>;
