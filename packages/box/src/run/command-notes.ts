/**
 * Keeps notes of commands in a workspace's state folder, outside of the box's view: what ran, and whether it still does.
 * A note with the pid and start of a process that is gone means that Reef stopped in between: the command is lost.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Workspace } from "../workspace/workspaces.ts";

const CommandId = z.string().regex(/^cmd_[0-9a-f]{12}$/, "expected a command's id (cmd_…)");

/** `lost`: Reef stopped while it ran, and it ended with Reef. */
export const CommandNote = z.object({
  id: CommandId,
  botId: z.string(),
  /** The session whose turn started it; null if a version before wrote the note. */
  sessionId: z.string().nullable().default(null),
  /** The call that it belongs to: two may run the same command. */
  turnId: z.string().nullable().default(null),
  callId: z.string().nullable().default(null),
  /** Whether its bot has learned that a restart ended it. */
  isLossTold: z.boolean().default(false),
  command: z.string(),
  cwd: z.string(),
  isBackground: z.boolean(),
  startedAt: z.string(),
  state: z.enum(["running", "ended", "lost"]),
  pid: z.int().nullable(),
  pidStart: z.string().nullable(),
  code: z.int().nullable(),
  endedBy: z.enum(["itself", "stop", "time", "memory", "processes", "disk", "restart"]).nullable(),
  problem: z.string().nullable(),
  durationMs: z.number().nullable(),
  totalBytes: z.int(),
  keptBytes: z.int(),
});
export type CommandNote = z.infer<typeof CommandNote>;

/** The newest ended commands whose notes and outputs are kept. */
const keptNotes = 20;

const folderOf = ({ state }: Workspace) => join(state, "commands");

export function outputPath(workspace: Workspace, id: string): string {
  return join(folderOf(workspace), `${CommandId.parse(id)}.out`);
}

export async function writeNote(workspace: Workspace, note: CommandNote): Promise<void> {
  const folder = folderOf(workspace);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${note.id}.json`);
  await writeFile(`${path}.new`, JSON.stringify(note), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Returns null if there is none, or if it cannot be read. */
export async function readNote(workspace: Workspace, id: string): Promise<CommandNote | null> {
  const text = await readFile(join(folderOf(workspace), `${id}.json`), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return CommandNote.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Newest first. */
export async function listNotes(workspace: Workspace): Promise<readonly CommandNote[]> {
  const names = await readdir(folderOf(workspace)).catch(() => []);
  const ids = names.flatMap((name) => /^(cmd_[0-9a-f]{12})\.json$/.exec(name)?.[1] ?? []);
  const notes = await Promise.all(ids.map((id) => readNote(workspace, id)));
  return notes.filter((note) => note !== null).toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** Deletes notes and outputs of commands that ended long ago. */
export async function pruneNotes(workspace: Workspace): Promise<void> {
  const ended = (await listNotes(workspace)).filter(({ state }) => state !== "running");
  for (const { id } of ended.slice(keptNotes)) {
    await rm(outputPath(workspace, id), { force: true });
    await rm(join(folderOf(workspace), `${id}.json`), { force: true });
  }
}
