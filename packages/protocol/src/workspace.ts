/** The folder that a bot works in, as people see it: what is in it, what its turns changed, and what runs there. */
import { z } from "zod";
import { BotId, TurnId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/** Whether boxes can run on this machine. */
export const BoxState = z
  .object({
    available: z.boolean(),
    /** Why not, and what to do; null if they can. */
    reason: z.string().nullable(),
  })
  .meta({ id: "BoxState" });
export type BoxState = z.infer<typeof BoxState>;

export const WorkspaceEntry = z
  .object({
    path: z.string(),
    kind: z.enum(["file", "folder", "link", "other"]),
    /** Null for what is no file. */
    sizeBytes: z.int().nullable(),
    changedAt: IsoTime.nullable(),
  })
  .meta({ id: "WorkspaceEntry" });
export type WorkspaceEntry = z.infer<typeof WorkspaceEntry>;

export const WorkspaceListing = z
  .object({
    entries: z.array(WorkspaceEntry),
    /** True if there is more than was asked for. */
    isCut: z.boolean(),
  })
  .meta({ id: "WorkspaceListing" });
export type WorkspaceListing = z.infer<typeof WorkspaceListing>;

/** A turn that changed files, or an undo of one. */
export const WorkspaceTurn = z
  .object({
    id: z.string(),
    at: IsoTime,
    /** How many paths changed; 0 while it runs. */
    changed: z.int(),
    isRunning: z.boolean(),
    /** The turn whose changes this act took back. */
    undoes: z.string().nullable(),
  })
  .meta({ id: "WorkspaceTurn" });
export type WorkspaceTurn = z.infer<typeof WorkspaceTurn>;

export const WorkspaceChanges = z
  .object({
    files: z.array(
      z.object({
        path: z.string(),
        change: z.enum(["created", "deleted", "changed"]),
        kind: z.string(),
        sizeBefore: z.int().nullable(),
        sizeAfter: z.int().nullable(),
        /** A unified diff; null if it is not text, too long, or not kept. */
        patch: z.string().nullable(),
      }),
    ),
    isCut: z.boolean(),
    /** True if the workspace holds more than snapshots do. */
    isPartial: z.boolean(),
  })
  .meta({ id: "WorkspaceChanges" });
export type WorkspaceChanges = z.infer<typeof WorkspaceChanges>;

export const WorkspaceUndone = z
  .object({
    id: z.string(),
    /** Brought back as they were before the turn. */
    restored: z.array(z.string()),
    /** Created by the turn, now deleted. */
    deleted: z.array(z.string()),
    left: z.array(z.object({ path: z.string(), why: z.string() })),
  })
  .meta({ id: "WorkspaceUndone" });
export type WorkspaceUndone = z.infer<typeof WorkspaceUndone>;

export const WorkspaceCommand = z
  .object({
    id: z.string(),
    /** The bot that ran it: others may share the workspace. */
    botId: BotId,
    /** The call that started it, to tell apart two that run the same; null if a version before noted it. */
    turnId: TurnId.nullable(),
    callId: z.string().nullable(),
    command: z.string(),
    cwd: z.string(),
    isBackground: z.boolean(),
    startedAt: IsoTime,
    /** `lost`: it ended with Reef. */
    state: z.enum(["running", "ended", "lost"]),
    code: z.int().nullable(),
    endedBy: z.string().nullable(),
    durationMs: z.number().nullable(),
  })
  .meta({ id: "WorkspaceCommand" });
export type WorkspaceCommand = z.infer<typeof WorkspaceCommand>;
